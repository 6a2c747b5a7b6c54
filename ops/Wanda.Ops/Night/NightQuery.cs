using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Answers the operator's question for tonight, or for the newest night that has frames.</summary>
public sealed class NightQuery(
    Catalogue catalogue, WandaOptions options, DestinationQuery destinations, QueueQuery queues, StopQuery stops, NoticeQuery notices,
    ForecastQuery forecast, TimeProvider time)
{
    // Walking all released frames is the one slow count, and its answer changes only when an audit finds something, or comes too late.
    private static readonly TimeSpan FreedEvery = TimeSpan.FromSeconds(30);
    private (DateTimeOffset At, FreedCounts Counts)? _freed;

    /// <summary>Reads the summary.</summary>
    public async Task<NightSummary> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var zone = time.LocalTimeZone;
        var work = await queues.ListAsync(cancellationToken);
        var stopped = await stops.ReadAsync(cancellationToken);
        // By a clock that is not believed it is as late as it was when one was (law 10).
        var today = stopped.ClockIsBelieved ? now : await catalogue.Node.NewestTimeAsync(cancellationToken) ?? now;
        var summary = await CountAsync(work, now, zone, cancellationToken) with
        {
            Today = today,
            ClockIsBelieved = stopped.ClockIsBelieved,
            CaptureStopped = stopped.Sentence,
            Notices = [.. stopped.Notices.Concat(await notices.ReadAsync(work, cancellationToken)).OrderByDescending(n => n.Severity)],
            Forecast = await forecast.ReadAsync(today, cancellationToken),
            Demo = options.IsDemo ? NightSentence.Demo : null,
        };
        summary = summary with
        {
            Notices = [.. FreedNotices.Of(summary, options).Concat(summary.Notices).OrderByDescending(n => n.Severity)],
        };
        return summary with { Sentence = NightSentence.Of(summary, zone) };
    }

    private async Task<NightSummary> CountAsync(
        IReadOnlyList<QueueView> work, DateTimeOffset now, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var empty = new NightSummary { Sentence = "", At = now };
        if (await catalogue.Reports.NightAsync(Span, options.IsDemo, cancellationToken) is not { } read)
            return empty;
        var (counts, onlyHere) = (read.Counts, read.OnlyHere);
        var freed = await FreedAsync(now, cancellationToken);
        var lost = freed.Unproven.Where(u => u.Destination is null).ToLookup(u => u.FileLost);
        var (lostFreed, lostFiles) = (lost[false], lost[true]);
        return empty with
        {
            Night = NightSpan.Of(read.Newest, zone),
            Counts = counts,
            SafeOn = read.SafeOn,
            OlderOnlyHere = Math.Max(0, onlyHere.OnlyHere - counts.OnlyHere),
            OthersOnlyHere = onlyHere.OthersOnlyHere,
            LostFreed = lostFreed.Sum(u => u.Frames),
            OthersLostFreed = lostFreed.Sum(u => u.Others),
            LostFiles = lostFiles.Sum(u => u.Frames),
            OthersLostFiles = lostFiles.Sum(u => u.Others),
            Near = freed.Near.Frames,
            OthersNear = freed.Near.Others,
            LeftBehind = [.. freed.Unproven.Where(u => u.Destination is not null)],
            Expired = freed.Expired.Frames,
            OthersExpired = freed.Expired.Others,
            Clear = counts.OnlyHere + counts.OthersOnlyHere == 0
                ? null
                : await EstimateAsync(counts.OnlyHereBytes, work, now, cancellationToken),
        };

        (DateTimeOffset From, DateTimeOffset To) Span(DateTimeOffset moment)
        {
            var night = NightSpan.Of(moment, zone);
            return (night.From, night.To);
        }
    }

    private async Task<ClearEstimate> EstimateAsync(
        long bytesLeft, IReadOnlyList<QueueView> work, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (options.Destinations.Count == 0)
            return new ClearEstimate(null, NeedWords.Of(NeedCode.NoDestination)) { Needs = [new(NeedCode.NoDestination)] };
        if (Standstill.Of(work, await destinations.ListAsync(cancellationToken), now, time.LocalTimeZone) is { } waits)
            return waits;
        return ClearEstimate.Of(
            bytesLeft, await catalogue.Reports.PaceAsync(now - ClearEstimate.Window, options.IsDemo, cancellationToken), now);
    }

    private async Task<FreedCounts> FreedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_freed is not { } known || (now - known.At).Duration() >= FreedEvery)
        {
            var (reports, demo) = (catalogue.Reports, options.IsDemo);
            _freed = known = (now, new FreedCounts(
                await reports.UnprovenAsync(demo, cancellationToken), await reports.ExpiredAsync(demo, cancellationToken),
                await reports.NearAsync(demo, cancellationToken)));
        }

        return known.Counts;
    }

    private sealed record FreedCounts(IReadOnlyList<UnprovenCount> Unproven, FileCount Expired, FileCount Near);
}
