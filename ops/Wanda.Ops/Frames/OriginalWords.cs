using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>What became of the watched file that a frame was taken from, in words.</summary>
public static class OriginalWords
{
    /// <summary>In a sentence without its full stop; null where the file is not this node's to free, and is never touched.</summary>
    public static string? Of(CaptureRecord capture, DateTimeOffset now, TimeZoneInfo zone)
    {
        var at = capture.OriginalAt is { } moment ? $" {OperatorTime.Clock(moment, now, zone)}" : "";
        return capture switch
        {
            { Original: null } => null,
            { Original: OriginalState.Freed } => $"the original in {capture.Source} was freed{at}",
            { Original: OriginalState.Replaced } => $"the original in {capture.Source} was replaced by another version",
            { Original: OriginalState.Gone } => $"the original in {capture.Source} is gone: somebody else removed it{at}, or before",
            { Original: OriginalState.Freeing } => $"the original in {capture.Source} is being freed",
            { Original: OriginalState.InPlace, DiscardedAt: null } =>
                $"its file is the original in {capture.Source}: not copied, guarded there, and freed with the frame",
            { DiscardedAt: not null } => $"the original in {capture.Source} is left to you: the frame was discarded",
            { ReleasedAt: null, SourceKey: null } => $"the original in {capture.Source} was written over by another version",
            { ReleasedAt: null } => $"the original in {capture.Source} is still there, and is freed once the frame is",
            { OriginalWhy: { } why } => $"the original in {capture.Source} is kept because {OfHold(why)}",
            _ => $"the original in {capture.Source} is still there, and is freed at the next look",
        };
    }

    /// <summary>A line of the timeline, as it reads after "original".</summary>
    internal static string OfEvent(string detail) => Enum.GetNames<OriginalCopied>().Contains(detail)
        ? Enum.Parse<OriginalCopied>(detail) switch
        {
            OriginalCopied.OpenedForWriting => "copied, since a program opened it for writing; that one waited",
            OriginalCopied.MovedAway => "copied, since it was renamed, removed or replaced",
            OriginalCopied.Unguarded => "copied, since nothing could guard it where it lay",
            _ => "copied before the node stopped",
        }
        : Enum.GetNames<OriginalState>().Contains(detail)
        ? Enum.Parse<OriginalState>(detail) switch
        {
            OriginalState.Here => "it goes once the frame is freed",
            OriginalState.Freeing => "being freed",
            OriginalState.Freed => "freed",
            OriginalState.Replaced => "another version lies in its place",
            _ => "gone: somebody else removed it",
        }
        : $"kept: {OfHold(detail)}";

    /// <summary>Why it lies there still.</summary>
    internal static string OfHold(string hold)
    {
        var (code, detail) = Coded.Read<OriginalHold>(hold);
        return (code switch
        {
            OriginalHold.Changed => "it is not as it was when it was taken; it is looked at anew",
            OriginalHold.Written => "a program had it open for writing, or wrote to it",
            OriginalHold.OtherNames => "it has other names (hard links), so that removing one frees nothing",
            OriginalHold.Damaged => "its bytes are not those that were saved, although nobody wrote to it",
            OriginalHold.Unproven => "the frame is not proven elsewhere now as \"release\" wants it: this may be the last one",
            OriginalHold.Shut => HoldWords.Of(detail),
            OriginalHold.NotAllowed => $"it may not be removed: {detail}",
            OriginalHold.Failed => $"it could not be read or removed: {detail}",
            OriginalHold.PutBack when detail.Length > 0 => $"its name was taken while it was freed: it lies beside it as {detail}",
            OriginalHold.PutBack => "its removal was interrupted, and is decided anew",
            _ => detail,
        }).TrimEnd('.');
    }
}
