using Wanda.CaptureProducer.Folders;
using Wanda.Imaging;

namespace Wanda.CaptureProducer.Watch;

/// <summary>A file that is not taken yet, as it was seen.</summary>
/// <param name="Look">What it looked like.</param>
/// <param name="Since">Since when it has looked so, a timestamp.</param>
internal sealed record Observation(FileLook Look, long Since)
{
    /// <summary>Format and completeness; null while it was not read.</summary>
    public FrameInspection? Inspection { get; init; }

    /// <summary>Whether it was there before the watch began.</summary>
    public bool IsBacklog { get; init; }

    /// <summary>Whether a rename gave it its name: who does so has finished it.</summary>
    public bool WasMovedHere { get; init; }

    /// <summary>Whether somebody finished it: closed it after writing, or gave it its name.</summary>
    public bool WasWritten { get; init; }

    /// <summary>How many were replaced by a rename before anybody looked into them. They were as whole as this one is.</summary>
    public int Replaced { get; init; }

    /// <summary>Whether it was written again before anybody looked into it: whether it was whole in between cannot be told.</summary>
    public bool IsUnsure { get; init; }

    /// <summary>How often it could not be taken.</summary>
    public int Failures { get; init; }

    /// <summary>
    /// Whether a frame is lost when this goes: the format tells that it was whole. A text that grows, or a header without its image, is no
    /// version of a frame.
    /// </summary>
    public bool IsVersion => Inspection?.Completeness == FrameCompleteness.Complete;

    /// <summary>What is known of its versions when the next one is there, of which this is the look.</summary>
    public Observation FollowedBy(FileLook look, long now, bool wasMovedHere)
    {
        var isUnseen = WasWritten && Inspection is null;
        var isReplaced = isUnseen && WasMovedHere && wasMovedHere;
        return new Observation(look, now)
        {
            WasMovedHere = wasMovedHere,
            Replaced = Replaced + (isReplaced ? 1 : 0),
            IsUnsure = IsUnsure || (isUnseen && !isReplaced),
        };
    }

    /// <summary>Whether the bytes may be others than those that were seen. Rights and names change without them.</summary>
    public bool IsOverwrittenBy(FileLook now) =>
        (now.Inode, now.SizeBytes, now.ModifiedNs) != (Look.Inode, Look.SizeBytes, Look.ModifiedNs);
}
