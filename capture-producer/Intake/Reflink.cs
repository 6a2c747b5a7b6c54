using System.Runtime.InteropServices;
using Files.Shared;
using Microsoft.Win32.SafeHandles;

namespace Wanda.CaptureProducer;

/// <summary>
/// Copies a file by sharing its extents (FICLONE, ioctl_ficlone(2)): no byte is read or written, where the file system can (Btrfs, XFS,
/// ZFS, bcachefs). The Windows twin (FSCTL_DUPLICATE_EXTENTS_TO_FILE on ReFS) is missing; there the bytes are copied.
/// </summary>
internal static partial class Reflink
{
    private const nuint Ficlone = 0x40049409;

    /// <summary>False when the file system cannot, or the two files are on different ones.</summary>
    public static bool TryClone(SafeFileHandle source, SafeFileHandle target) =>
        OperatingSystem.IsLinux() && Ioctl(target, Ficlone, source.DangerousGetHandle()) == 0;

    /// <summary>Whether a file's extents can be shared with one in another folder, which must be there.</summary>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static bool CanClone(SafeFileHandle source, string folder)
    {
        using var probe = new FileStream(
            Path.Combine(folder, $"{Guid.NewGuid():N}{DurableFile.TemporarySuffix}"), FileMode.CreateNew, FileAccess.Write,
            FileShare.None, 0, FileOptions.DeleteOnClose);
        return TryClone(source, probe.SafeFileHandle);
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeFileHandle target, nuint request, nint source);
}
