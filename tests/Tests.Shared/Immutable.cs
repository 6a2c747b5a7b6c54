using System.ComponentModel;
using System.Diagnostics;

namespace Tests.Shared;

/// <summary>What takes nothing even from root: chattr(1).</summary>
internal static class Immutable
{
    /// <returns>False where it cannot be made: not root, no chattr, or a file system that knows no such thing.</returns>
    public static bool TrySet(string path, bool immutable)
    {
        try
        {
            using var chattr = Process.Start(
                new ProcessStartInfo("chattr", [immutable ? "+i" : "-i", path]) { RedirectStandardError = true })!;
            chattr.WaitForExit();
            return chattr.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
