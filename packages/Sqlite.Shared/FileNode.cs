using System.Runtime.InteropServices;

namespace Sqlite.Shared;

/// <summary>
/// Which file a path leads to, whatever is in it: inode and time of birth, which a disk keeps when it is mounted again; where the file
/// system knows no time of birth, inode and device.
/// </summary>
/// <remarks>
/// As long as somebody has the file open, no other gets its inode. Linux only: elsewhere every file that is there counts as the same.
/// </remarks>
internal readonly partial record struct FileNode(long Inode, long Birth, long Nanoseconds)
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint InodeAndBirth = 0x900; // STATX_INO | STATX_BTIME
    private const int NotFound = 2, NotAFolder = 20; // ENOENT, ENOTDIR

    // Offsets in struct statx, which unlike struct stat is the same on every architecture.
    private const int InodeAt = 32, BirthAt = 80, NanosecondsAt = 88, DeviceAt = 136, StructSize = 256;

    /// <summary>The file at the path now.</summary>
    /// <param name="path">The path.</param>
    /// <param name="otherwise">The answer when the system does not tell.</param>
    /// <returns>Null when there is none.</returns>
    public static FileNode? Of(string path, FileNode otherwise = default)
    {
        if (!OperatingSystem.IsLinux() || Portability.Is(Portability.OnlyPortable))
            return File.Exists(path) ? default(FileNode) : null;
        Span<byte> stat = stackalloc byte[StructSize];
        if (Statx(CurrentFolder, path, 0, InodeAndBirth, ref MemoryMarshal.GetReference(stat)) != 0)
            return Marshal.GetLastPInvokeError() is NotFound or NotAFolder ? null : otherwise;
        var (birth, nanoseconds) = (MemoryMarshal.Read<long>(stat[BirthAt..]), MemoryMarshal.Read<uint>(stat[NanosecondsAt..]));
        return new(MemoryMarshal.Read<long>(stat[InodeAt..]), birth, birth == 0 ? MemoryMarshal.Read<long>(stat[DeviceAt..]) : nanoseconds);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte buffer);
}
