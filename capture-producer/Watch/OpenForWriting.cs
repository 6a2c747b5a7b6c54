using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wanda.CaptureProducer.Watch;

/// <summary>
/// Whether some process holds a file open for writing. On Linux a read lease tells: the kernel grants it only when nobody does. It is given
/// back at once. Elsewhere, on network file systems and for files of other users there is no answer.
/// </summary>
/// <remarks>On Windows the twin would be an attempt to open with FileShare.Read; not written yet.</remarks>
internal static partial class OpenForWriting
{
    private const int SetSignal = 10, SetLease = 1024;
    private const int ReadLease = 0, NoLease = 2;
    private const int WouldBlock = 11;
    private const int SigUrg = 23;

    /// <summary>True, false, or null when it cannot be told.</summary>
    public static bool? By(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        // Who opens the file for writing in the instant of the lease makes the kernel signal us: with SIGIO, which would end the process,
        // unless it is told to use one that is ignored by default.
        if (Control(file, SetSignal, SigUrg) != 0)
            return null;
        if (Control(file, SetLease, ReadLease) != 0)
            return Marshal.GetLastPInvokeError() == WouldBlock ? true : null;
        _ = Control(file, SetLease, NoLease);
        return false;
    }

    // Variadic in C; the calling conventions of Linux pass an int the same way.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
