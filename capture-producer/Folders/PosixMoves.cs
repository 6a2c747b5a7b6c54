using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wanda.CaptureProducer.Folders;

/// <summary>Names in an open folder, as bytes, given and taken away: what <see cref="HeldOriginal"/> alone may do.</summary>
internal static partial class PosixMoves
{
    private const int Exists = 17, Invalid = 22, NotKnown = 38; // EEXIST, EINVAL, ENOSYS
    private const uint NoReplace = 1;                           // RENAME_NOREPLACE

    /// <summary>renameat(2): a name becomes another, which is nobody's.</summary>
    public static void Rename(SafeFileHandle folder, byte[] from, byte[] to)
    {
        if (RenameAt(folder, Terminated(from), folder, Terminated(to)) != 0)
            throw PosixCalls.Error("Cannot rename", from);
    }

    /// <summary>The same unless the other is taken: then nothing is done. By a link where the file system cannot rename so (NFS).</summary>
    /// <returns>False when it is taken.</returns>
    public static bool TryRename(SafeFileHandle folder, byte[] from, byte[] to)
    {
        if (RenameOnly(folder, from, to) == 0)
            return true;
        if (Marshal.GetLastPInvokeError() is Invalid or NotKnown)
        {
            if (LinkAt(folder, Terminated(from), folder, Terminated(to), 0) == 0)
            {
                Remove(folder, from);
                return true;
            }
        }

        return Marshal.GetLastPInvokeError() == Exists ? false : throw PosixCalls.Error("Cannot rename", from);
    }

    /// <summary>unlinkat(2), and fsync(2) of the folder where that is possible.</summary>
    public static void Remove(SafeFileHandle folder, byte[] name)
    {
        if (UnlinkAt(folder, Terminated(name), 0) != 0)
            throw PosixCalls.Error("Cannot remove", name);
        _ = Fsync(folder); // not on every share; a name that a power cut brings back is looked at again
    }

    private static int RenameOnly(SafeFileHandle folder, byte[] from, byte[] to)
    {
        try
        {
            return RenameAt2(folder, Terminated(from), folder, Terminated(to), NoReplace);
        }
        catch (EntryPointNotFoundException)
        {
            Marshal.SetLastPInvokeError(NotKnown); // musl before 1.2.6
            return -1;
        }
    }

    private static byte[] Terminated(byte[] name) => [.. name, 0];

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    private static partial int RenameAt(SafeFileHandle from, byte[] name, SafeFileHandle to, byte[] other);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true)]
    private static partial int RenameAt2(SafeFileHandle from, byte[] name, SafeFileHandle to, byte[] other, uint flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    private static partial int LinkAt(SafeFileHandle from, byte[] name, SafeFileHandle to, byte[] other, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    private static partial int UnlinkAt(SafeFileHandle folder, byte[] name, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);
}
