using Wanda.Catalog;

namespace Wanda.Ops;

/// <summary>When the frames that are only here now will be safe, or why that cannot be told.</summary>
/// <param name="At">The moment, UTC; null when it cannot be told.</param>
/// <param name="Unknown">Why not; null when it can.</param>
public sealed record ClearEstimate(DateTimeOffset? At, string? Unknown)
{
    /// <summary>Whether that cannot be told because nothing moves: somebody has to look, or a pause to end.</summary>
    public bool StandsStill { get; init; }

    /// <summary>What <see cref="Unknown"/> says that somebody has to see to.</summary>
    public IReadOnlyList<Need> Needs { get; init; } = [];

    /// <summary>How far back the pace is measured: long enough for frames of ten minutes, short enough to notice a new outage.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Below this two proofs may be one burst, and say nothing of the pace.</summary>
    private static readonly TimeSpan ShortestMeasure = TimeSpan.FromSeconds(5);

    /// <summary>
    /// What is left, at the pace of the last <see cref="Window"/>. The pace is bytes per second since the first proof in the window,
    /// without that proof's own share; so an idle time before a burst does not slow it down.
    /// </summary>
    public static ClearEstimate Of(long bytesLeft, ProvenPace pace, DateTimeOffset now)
    {
        var elapsed = now - pace.FirstProvenAt;
        if (pace.Frames == 0)
            return new ClearEstimate(null, $"nothing was proven in the last {Window.TotalMinutes:0} minutes");
        if (pace.Frames < 2 || elapsed < ShortestMeasure || pace.Bytes == 0)
            return new ClearEstimate(null, "too little was proven so far to know the pace");
        var bytesPerSecond = pace.Bytes * (pace.Frames - 1d) / pace.Frames / elapsed!.Value.TotalSeconds;
        var seconds = bytesLeft / bytesPerSecond;
        return seconds < TimeSpan.FromDays(30).TotalSeconds
            ? new ClearEstimate(now.AddSeconds(seconds), null)
            : new ClearEstimate(null, "at the pace of the last minutes it takes more than a month");
    }
}
