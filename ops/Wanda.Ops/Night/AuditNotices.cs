using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Says of proofs that are going to end before they are renewed, while there is still time (law 11).</summary>
internal static class AuditNotices
{
    /// <summary>What is amiss with a destination's audits; null when they keep pace.</summary>
    /// <param name="known">The destination and its breaker.</param>
    /// <param name="ending">
    /// The proofs of freed frames that ended since it does not answer, or end within half of the time in which they should have been
    /// renewed.
    /// </param>
    /// <param name="options">The node's configuration.</param>
    /// <param name="now">The time.</param>
    /// <param name="zone">The operator's.</param>
    public static Notice? Of(
        DestinationRecord known, EndingProofs ending, WandaOptions options, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (ending is not { Frames: > 0, FirstAt: { } first })
            return null;
        var ends = $"its proofs of {NightSentence.Frames(ending.Frames)} freed here {(first > now ? "end" : "have ended")} from "
            + $"{OperatorTime.Clock(first, now, zone)} on";
        return new(Severity.NeedsYou, known.State == DestinationState.Paused
            ? $"{known.Name} has not answered for so long that {ends}. Nothing is lost by that; bring it back, so that it can prove them "
                + "again."
            : $"The audits of {known.Name} do not keep pace: {ends}. Raise audit.dailyBytes ({options.Audit.DailyBytes}), or give it more "
                + "of the line.", "/frames?state=freed")
        { Brief = $"proofs of {known.Name} end before they are renewed" };
    }
}
