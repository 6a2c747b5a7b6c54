using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>Why a frame's local bytes stay, in words: a sentence without its full stop.</summary>
public static class HoldWords
{
    /// <summary>What the policy says.</summary>
    public static string Of(Hold hold) => hold switch
    {
        Hold.Never => "the configuration says release.when never",
        Hold.NoCid => "it has no CID yet",
        Hold.Clock clock => ClockWords.Of(clock.Problem).TrimEnd('.'),
        Hold.TooFewCopies few => $"proven in {few.Proven} of {few.Wanted} failure domains{(Of(few) is { } why ? $" ({why})" : "")}",
        Hold.Preview => "its preview is not made yet",
        Hold.Unsettled unsettled => $"{unsettled.Destination} does not have it yet",
        Hold.Nights nights => $"kept for {nights.Count} nights, or until space is needed",
        _ => throw new ArgumentOutOfRangeException(nameof(hold), hold, null),
    };

    /// <summary>What was met at the door: a code with its detail, or a sentence of a version before.</summary>
    public static string Of(string door)
    {
        var (code, detail) = Coded.Read<DoorCode>(door);
        return (code switch
        {
            DoorCode.WrongFile => $"{detail}. The copies at its destinations are what was saved",
            DoorCode.ReadOnly => detail,
            DoorCode.NotDeleted => $"it could not be freed: {detail}",
            DoorCode.Replaced => "its file was changed or replaced while it was freed: what is there was left alone",
            DoorCode.NotShown => $"{detail} was looked at and does not show what it had proven",
            DoorCode.ClockWentBack => "the clock went back while it was looked at",
            DoorCode.ProofGone => "a proof was taken back or expired while it was looked at",
            DoorCode.FileChanged => $"its file {detail} was changed while it was looked at",
            DoorCode.FrameChanged => "it was released, discarded or changed while it was looked at",
            DoorCode.Interrupted => "its release was interrupted, and is decided anew",
            _ => detail,
        }).TrimEnd('.');
    }

    private static string? Of(Hold.TooFewCopies few) => few.Why switch
    {
        null => null,
        Uncounted.OtherCid => "a proof names another CID",
        Uncounted.Former => $"{few.Destination} is not configured any more, or points elsewhere: what it proved then does not count",
        Uncounted.Leaving => $"{few.Destination} is being emptied: what it holds is to be elsewhere first",
        Uncounted.NotInForce => "a proof has expired, or is dated in the future, and waits for renewal",
        Uncounted.Doubted => $"{few.Destination} missed a copy since: what it proved before is asked for again",
        Uncounted.ThisMachine => "a copy on this machine does not count",
        _ => throw new ArgumentOutOfRangeException(nameof(few), few, null),
    };
}
