using Wanda.Imaging;

namespace Wanda.CaptureProducer.Watch;

/// <summary>One state of one file: when another program writes it anew, that is another one.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedAt">Time of the last change, as the file system keeps it.</param>
public sealed record WatchedFile(string Path, long Length, DateTimeOffset ModifiedAt)
{
    /// <summary>Format, and whether the file is complete; null while the caller is asked whether it knows the file.</summary>
    public FrameInspection? Inspection { get; init; }
}
