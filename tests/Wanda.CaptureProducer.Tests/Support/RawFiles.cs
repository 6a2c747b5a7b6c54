using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Wanda.CaptureProducer.Tests.Support;

/// <summary>Files whose names are bytes, as other programs make them.</summary>
internal static unsafe partial class RawFiles
{
    public static void Write(string folder, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        const int writeOnly = 0x1, create = 0x40, closeOnExec = 0x80000;
        int fd;
        fixed (byte* path = PathOf(folder, name))
            fd = Open(path, writeOnly | create | closeOnExec, 0x1a4);
        if (fd < 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        using var file = new SafeFileHandle(fd, ownsHandle: true);
        RandomAccess.SetLength(file, 0);
        RandomAccess.Write(file, content, 0);
    }

    public static void Delete(string folder, ReadOnlySpan<byte> name)
    {
        fixed (byte* path = PathOf(folder, name))
        {
            if (Unlink(path) != 0)
                throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    private static byte[] PathOf(string folder, ReadOnlySpan<byte> name) => [.. Encoding.UTF8.GetBytes(folder + "/"), .. name, 0];

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true)]
    private static partial int Unlink(byte* path);
}
