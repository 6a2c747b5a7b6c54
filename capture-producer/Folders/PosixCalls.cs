using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wanda.CaptureProducer.Folders;

/// <summary>
/// What .NET's file classes cannot do on Linux: names as bytes, opening without following links or waiting for a pipe's other end, and a
/// file's time of change and birth. Elsewhere <see cref="PortableFolder"/> does without.
/// </summary>
internal static partial class PosixCalls
{
    /// <summary>ENOENT, ENOTDIR, ELOOP.</summary>
    public const int NotFound = 2, NotAFolder = 20, IsALink = 40;

    private const int NoEntry = -1;
    private const int NoFollow = 0x100, EmptyPath = 0x1000; // AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH
    private const uint BasicStatsAndBirth = 0xfff;          // STATX_BASIC_STATS | STATX_BTIME
    private const uint Birth = 0x800;                       // STATX_BTIME
    private const int NonBlocking = 0x800, CloseOnExec = 0x80000;

    // Offsets in struct statx, which unlike struct stat is the same on every architecture.
    private const int LinksAt = 16, ModeAt = 28, InodeAt = 32, SizeAt = 40, BornAt = 80, ChangedAt = 96, ModifiedAt = 112, StructSize = 256;

    // The two flags that the architectures number differently: O_DIRECTORY and O_NOFOLLOW.
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
    private static readonly int Folder = IsArm ? 0x4000 : 0x10000;
    private static readonly int NoLink = IsArm ? 0x8000 : 0x20000;

    /// <summary>
    /// Opens a folder: <paramref name="name"/> in <paramref name="parent"/>, or a path when that is null, whose links count.
    /// </summary>
    public static SafeFileHandle OpenFolder(SafeFileHandle? parent, ReadOnlySpan<byte> name)
    {
        var fd = OpenAt(parent, name, Folder | CloseOnExec | (parent is null ? 0 : NoLink));
        return fd == NoEntry ? throw Error("Cannot open the folder", name) : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Opens a file for reading; the end of a link is not followed, and a pipe is not waited for.</summary>
    public static SafeFileHandle OpenFile(SafeFileHandle parent, ReadOnlySpan<byte> name)
    {
        var fd = OpenAt(parent, name, NonBlocking | CloseOnExec | NoLink);
        return fd == NoEntry ? throw Error("Cannot open", name) : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>statx(2) of a name, links not followed; null when it is not there.</summary>
    public static FileLook? Look(SafeFileHandle parent, ReadOnlySpan<byte> name)
    {
        Span<byte> stat = stackalloc byte[StructSize];
        if (StatxAt(parent, name, NoFollow, stat) == 0)
            return Read(stat);
        return Marshal.GetLastPInvokeError() is NotFound or NotAFolder ? null : throw Error("Cannot look at", name);
    }

    /// <summary>statx(2) of an open file.</summary>
    public static FileLook Look(SafeFileHandle file)
    {
        Span<byte> stat = stackalloc byte[StructSize];
        return StatxAt(file, [], EmptyPath, stat) == 0 ? Read(stat) : throw Error("Cannot look at an open file", []);
    }

    /// <summary>getdents64(2): the next names of an open folder into <paramref name="buffer"/>; 0 at the end.</summary>
    public static unsafe int ReadNames(SafeFileHandle folder, Span<byte> buffer)
    {
        fixed (byte* at = buffer)
        {
            var read = GetEntries(folder, at, (nuint)buffer.Length);
            return read >= 0 ? (int)read : throw Error("Cannot read the folder", []);
        }
    }

    /// <summary>Why a folder cannot be written to; null when it can, or that is not told.</summary>
    public static unsafe string? WhyNotWritable(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        const int write = 2; // W_OK
        fixed (byte* path = System.Text.Encoding.UTF8.GetBytes(folder + '\0'))
            return Access(path, write) == 0 ? null : Marshal.GetLastPInvokeErrorMessage();
    }

    /// <summary>What went wrong, in the system's words.</summary>
    public static Exception Error(string what, ReadOnlySpan<byte> name)
    {
        const int accessDenied = 13, notPermitted = 1; // EACCES, EPERM
        var (error, reason) = (Marshal.GetLastPInvokeError(), Marshal.GetLastPInvokeErrorMessage());
        var message = name.IsEmpty ? $"{what}: {reason}." : $"{what} {new Wanda.Contracts.RawName(name)}: {reason}.";
        return error switch
        {
            NotFound or NotAFolder => new FileNotFoundException(message),
            accessDenied or notPermitted => new UnauthorizedAccessException(message),
            _ => new IOException(message, error),
        };
    }

    private static unsafe int OpenAt(SafeFileHandle? parent, ReadOnlySpan<byte> name, int flags)
    {
        Span<byte> path = stackalloc byte[name.Length + 1];
        name.CopyTo(path);
        path[^1] = 0;
        fixed (byte* at = path)
            return parent is null ? Open(at, flags) : OpenAt(parent, at, flags);
    }

    private static unsafe int StatxAt(SafeFileHandle parent, ReadOnlySpan<byte> name, int flags, Span<byte> stat)
    {
        Span<byte> path = stackalloc byte[name.Length + 1];
        name.CopyTo(path);
        path[^1] = 0;
        fixed (byte* at = path, into = stat)
            return Statx(parent, at, flags, BasicStatsAndBirth, into);
    }

    private static FileLook Read(ReadOnlySpan<byte> stat)
    {
        var kind = (MemoryMarshal.Read<ushort>(stat[ModeAt..]) & 0xf000) switch
        {
            0x8000 => EntryKind.File,
            0x4000 => EntryKind.Folder,
            0xa000 => EntryKind.Link,
            0x1000 => EntryKind.Pipe,
            0xc000 => EntryKind.Socket,
            _ => EntryKind.Device,
        };
        var hasBirth = (MemoryMarshal.Read<uint>(stat) & Birth) != 0;
        return new FileLook(kind, MemoryMarshal.Read<long>(stat[SizeAt..]), Time(stat[ModifiedAt..]), Time(stat[ChangedAt..]),
            hasBirth ? Time(stat[BornAt..]) : 0, MemoryMarshal.Read<long>(stat[InodeAt..]), MemoryMarshal.Read<uint>(stat[LinksAt..]));
    }

    // Clamped: seconds are 64 bits, and a hostile time of a file may be any of them.
    private static long Time(ReadOnlySpan<byte> stat)
    {
        const long second = 1_000_000_000, latest = FileLook.Latest / second;
        var seconds = MemoryMarshal.Read<long>(stat);
        return seconds is > -latest and < latest
            ? seconds * second + MemoryMarshal.Read<uint>(stat[8..])
            : Math.Sign(seconds) * FileLook.Latest;
    }

    private static unsafe nint GetEntries(SafeFileHandle folder, byte* buffer, nuint size)
    {
        try
        {
            return Getdents64(folder, buffer, size);
        }
        catch (EntryPointNotFoundException)
        {
            return Getdents(folder, buffer, size); // musl, whose structure is that of the other
        }
    }

    // Variadic in C, for the mode of a new file, which is not given here.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static unsafe partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static unsafe partial int OpenAt(SafeFileHandle folder, byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true)]
    private static unsafe partial int Access(byte* path, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static unsafe partial int Statx(SafeFileHandle folder, byte* path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static unsafe partial nint Getdents64(SafeFileHandle folder, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "getdents", SetLastError = true)]
    private static unsafe partial nint Getdents(SafeFileHandle folder, byte* buffer, nuint size);
}
