using Microsoft.Win32.SafeHandles;
using Wanda.CaptureProducer.Folders;

namespace Wanda.CaptureProducer.Watch;

/// <summary>
/// Whether some process holds a file open for writing. On Linux a read lease tells: the kernel grants it only when nobody does. It is given
/// back at once. Elsewhere, on network file systems and for files of other users there is no answer.
/// </summary>
/// <remarks>On Windows the twin would be an attempt to open with FileShare.Read; not written yet.</remarks>
internal static class OpenForWriting
{
    /// <summary>True, false, or null when it cannot be told.</summary>
    public static bool? By(SafeFileHandle file)
    {
        var (lease, isWritten) = ReadLease.Take(file);
        lease?.Dispose();
        return isWritten;
    }
}
