using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Files.Shared;

/// <summary>
/// What only POSIX has. The twin of a folder's fsync is in <see cref="WindowsFolder"/>; that of the inode would be the file id of
/// GetFileInformationByHandle, and without it size and time alone tell a changed file.
/// </summary>
internal static partial class Posix
{
    private const int NotFound = 2, NotAFolder = 20; // ENOENT, ENOTDIR
    private const int TooManyLinks = 40;             // ELOOP: also of one link that is not to be followed
    private const int Exists = 17;                   // EEXIST
    private const uint NoReplace = 1;                // RENAME_NOREPLACE
    private const int DontNeed = 4;                  // POSIX_FADV_DONTNEED
    private const int CurrentFolder = -100;          // AT_FDCWD
    private const uint BasicStats = 0x7ff;           // STATX_BASIC_STATS
    private const int TypeMask = 0xf000, RegularFile = 0x8000, Socket = 0xc000;

    // Offsets in struct statx, which unlike struct stat is the same on every architecture.
    private const int ModeAt = 28, InodeAt = 32, SizeAt = 40, SecondsAt = 112, NanosecondsAt = 120, StructSize = 256;

    private static readonly int ReadOnlyCloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    private const uint OfOthers = 0x3f; // 077

    /// <summary>umask(2): what this process makes from now on is its user's alone, by whatever library it is made.</summary>
    public static void MakeForOwner() => _ = Umask(OfOthers);

    /// <summary>fsync(2) of a folder.</summary>
    /// <exception cref="IOException">It cannot be opened or synced.</exception>
    public static void FsyncFolder(string path)
    {
        var fd = Open(path, ReadOnlyCloseOnExec);
        if (fd < 0)
            throw new IOException($"Cannot open the folder {path} to sync it: {Marshal.GetLastPInvokeErrorMessage()}.");
        try
        {
            if (Fsync(fd) != 0)
                throw new IOException($"Cannot sync the folder {path}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
        finally
        {
            _ = Close(fd);
        }
    }

    /// <summary>
    /// Opens a folder, so that it stays the same one whatever is mounted over its path or taken away: below <c>/proc/self/fd/N</c> it can
    /// be used like any other.
    /// </summary>
    /// <returns>Null where the system has no such thing (anywhere but Linux).</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle? HoldFolder(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var fd = Open(path, ReadOnlyCloseOnExec);
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw new IOException($"Cannot open the folder {path}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>
    /// posix_fadvise(2): forgets what memory holds of a file that was synced, so that the next read comes from its disk, or from the server
    /// that has it. False where that cannot be asked for (anywhere but Linux).
    /// </summary>
    public static bool DropCache(SafeFileHandle file) => OperatingSystem.IsLinux() && Fadvise(file, 0, 0, DontNeed) == 0;

    /// <summary>statx(2): all of it in one call, so that size, time and inode are of the same file.</summary>
    /// <returns>Null when there is no regular file.</returns>
    public static FileIdentity? Identity(string path)
    {
        Span<byte> stat = stackalloc byte[StructSize];
        if (Statx(CurrentFolder, path, 0, BasicStats, ref MemoryMarshal.GetReference(stat)) != 0)
        {
            return Marshal.GetLastPInvokeError() is NotFound or NotAFolder or TooManyLinks
                ? null
                : throw new IOException($"Cannot look at {path}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        if ((MemoryMarshal.Read<ushort>(stat[ModeAt..]) & TypeMask) != RegularFile)
            return null;
        return IdentityFrom(stat);
    }

    /// <summary>Whether a socket lies there, a link not followed. False where that is not told (anywhere but Linux).</summary>
    public static bool IsSocket(string path)
    {
        Span<byte> stat = stackalloc byte[StructSize];
        return OperatingSystem.IsLinux()
            && Statx(CurrentFolder, path, NoFollow, BasicStats, ref MemoryMarshal.GetReference(stat)) == 0
            && (MemoryMarshal.Read<ushort>(stat[ModeAt..]) & TypeMask) == Socket;
    }

    /// <summary>renameat2(2): gives a file a name that nobody has, in one step.</summary>
    /// <returns>False where it cannot be asked for: not Linux, or a file system that does not know it.</returns>
    /// <exception cref="IOException">The name is taken.</exception>
    public static bool TryRenameNew(string from, string to)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            if (Rename(CurrentFolder, from, CurrentFolder, to, NoReplace) == 0)
                return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // a C library without it
        }

        return Marshal.GetLastPInvokeError() == Exists ? throw new IOException($"{to} exists already.") : false;
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int fd);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Fadvise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint Umask(uint mask);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte buffer);
}
