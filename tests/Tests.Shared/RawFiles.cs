using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tests.Shared;

/// <summary>Files whose names are bytes, and things that are no files, as other programs make them.</summary>
internal static unsafe partial class RawFiles
{
    private const int Cwd = -100;

    /// <summary>Writes a file from its beginning, in place; it may keep its time of change, as some programs see to.</summary>
    public static void Write(string folder, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content, bool keepTime = false)
    {
        const int writeOnly = 0x1, create = 0x40, closeOnExec = 0x80000;
        fixed (byte* path = PathOf(folder, name))
        {
            var before = keepTime ? Modified(path) : default;
            var fd = Open(path, writeOnly | create | closeOnExec, 0x1a4);
            Check(fd);
            using (var file = new SafeFileHandle(fd, ownsHandle: true))
            {
                RandomAccess.SetLength(file, 0);
                RandomAccess.Write(file, content, 0);
            }

            if (keepTime)
                SetTime(path, before.Seconds, before.Nanoseconds);
        }
    }

    public static void SetTime(string folder, ReadOnlySpan<byte> name, long seconds)
    {
        fixed (byte* path = PathOf(folder, name))
            SetTime(path, seconds, 0);
    }

    public static void SetMode(string folder, ReadOnlySpan<byte> name, int mode)
    {
        fixed (byte* path = PathOf(folder, name))
            Check(Chmod(path, mode));
    }

    public static void Delete(string folder, ReadOnlySpan<byte> name)
    {
        fixed (byte* path = PathOf(folder, name))
            Check(Unlink(path));
    }

    public static void Rename(string folder, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        fixed (byte* before = PathOf(folder, from), after = PathOf(folder, to))
            Check(Rename(before, after));
    }

    public static void Link(string folder, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        fixed (byte* before = PathOf(folder, from), after = PathOf(folder, to))
            Check(Link(before, after));
    }

    /// <summary>Makes a link, pipe, socket or device; false where that is not allowed (devices, in most containers).</summary>
    public static bool TryMake(string folder, ReadOnlySpan<byte> name, string kind)
    {
        fixed (byte* path = PathOf(folder, name), target = "/etc/hostname\0"u8)
        {
            return 0 == kind switch
            {
                "link" => Symlink(target, path),
                "pipe" => Mknod(path, 0x1000 | 0x1a4, 0),
                "socket" => Mknod(path, 0xc000 | 0x1a4, 0),
                _ => Mknod(path, 0x2000 | 0x1a4, (1 << 8) | 3),
            };
        }
    }

    private static (long Seconds, long Nanoseconds) Modified(byte* path)
    {
        const int modifiedAt = 112; // in struct statx
        var stat = stackalloc byte[256];
        Check(Statx(Cwd, path, 0, 0x7ff, stat));
        return (*(long*)(stat + modifiedAt), *(uint*)(stat + modifiedAt + 8));
    }

    private static void SetTime(byte* path, long seconds, long nanoseconds)
    {
        var times = stackalloc long[] { seconds, nanoseconds, seconds, nanoseconds };
        Check(Utimensat(Cwd, path, times, 0));
    }

    private static void Check(int result)
    {
        if (result < 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    private static byte[] PathOf(string folder, ReadOnlySpan<byte> name) => [.. Encoding.UTF8.GetBytes(folder + "/"), .. name, 0];

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true)]
    private static partial int Unlink(byte* path);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true)]
    private static partial int Rename(byte* from, byte* to);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true)]
    private static partial int Link(byte* from, byte* to);

    [LibraryImport("libc", EntryPoint = "symlink", SetLastError = true)]
    private static partial int Symlink(byte* target, byte* path);

    [LibraryImport("libc", EntryPoint = "mknod", SetLastError = true)]
    private static partial int Mknod(byte* path, int mode, nuint device);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static partial int Chmod(byte* path, int mode);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    private static partial int Utimensat(int folder, byte* path, long* times, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(int folder, byte* path, int flags, uint mask, byte* buffer);
}
