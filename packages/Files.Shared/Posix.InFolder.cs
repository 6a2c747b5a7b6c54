using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Files.Shared;

/// <summary>
/// Files by a folder that is held and a name in it: a folder that is moved, or mounted over, changes nothing of what is meant.
/// </summary>
internal static partial class Posix
{
    private const int NoFollow = 0x100, EmptyPath = 0x1000; // AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH
    private const int OpenNoFollow = 0x20000, OpenNoFollowArm = 0x8000, NonBlock = 0x800, CloseOnExec = 0x80000;
    private const int CanWrite = 2; // W_OK
    private const int ChangedSecondsAt = 96, ChangedNanosecondsAt = 104; // stx_ctime

    /// <summary>Opens a file for reading without following a link and without waiting for anybody; null when none is there.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle? OpenIn(SafeFileHandle folder, string name)
    {
        var noFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? OpenNoFollowArm : OpenNoFollow;
        var fd = OpenAt(folder, name, noFollow | NonBlock | CloseOnExec);
        if (fd >= 0)
            return new SafeFileHandle(fd, ownsHandle: true);
        return Marshal.GetLastPInvokeError() is NotFound or NotAFolder or TooManyLinks
            ? null
            : throw new IOException($"Cannot open {name}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>An open file's identity, with the time when anything of it was changed last, ns since 1970.</summary>
    /// <exception cref="IOException">It is no regular file, or cannot be looked at.</exception>
    public static (FileIdentity File, long ChangedNs) IdentityOf(SafeFileHandle file) =>
        Look(file, "", EmptyPath) ?? throw new IOException("What was opened is no regular file.");

    /// <summary>The same of a name in a folder, a link not followed; null when there is no regular file.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static (FileIdentity File, long ChangedNs)? IdentityIn(SafeFileHandle folder, string name) => Look(folder, name, NoFollow);

    /// <summary>
    /// unlinkat(2), and fsync(2) of the folder. One that is gone already may have gone in a crash: the folder is synced all the same.
    /// </summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void DeleteIn(SafeFileHandle folder, string name)
    {
        if (UnlinkAt(folder, name, 0) != 0 && Marshal.GetLastPInvokeError() != NotFound)
            throw new IOException($"Cannot delete {name}: {Marshal.GetLastPInvokeErrorMessage()}.");
        if (FsyncHandle(folder) != 0)
            throw new IOException($"Cannot sync the folder of {name}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>access(2): why nothing can be deleted from a folder; null when it can.</summary>
    public static string? WhyReadOnly(string folder) =>
        Access(folder, CanWrite) == 0 ? null : $"nothing can be deleted from {folder}: {Marshal.GetLastPInvokeErrorMessage()}";

    private static (FileIdentity, long)? Look(SafeFileHandle at, string name, int flags)
    {
        Span<byte> stat = stackalloc byte[StructSize];
        if (StatxIn(at, name, flags, BasicStats, ref MemoryMarshal.GetReference(stat)) != 0)
        {
            return Marshal.GetLastPInvokeError() is NotFound or NotAFolder
                ? null
                : throw new IOException($"Cannot look at {name}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        return (MemoryMarshal.Read<ushort>(stat[ModeAt..]) & TypeMask) == RegularFile
            ? (IdentityFrom(stat), Nanoseconds(stat, ChangedSecondsAt, ChangedNanosecondsAt))
            : null;
    }

    private static FileIdentity IdentityFrom(ReadOnlySpan<byte> stat) => new(
        MemoryMarshal.Read<long>(stat[SizeAt..]), Nanoseconds(stat, SecondsAt, NanosecondsAt), MemoryMarshal.Read<long>(stat[InodeAt..]));

    private static long Nanoseconds(ReadOnlySpan<byte> stat, int seconds, int nanoseconds) =>
        MemoryMarshal.Read<long>(stat[seconds..]) * 1_000_000_000 + MemoryMarshal.Read<uint>(stat[nanoseconds..]);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FsyncHandle(SafeFileHandle folder);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxIn(SafeFileHandle at, string name, int flags, uint mask, ref byte buffer);
}
