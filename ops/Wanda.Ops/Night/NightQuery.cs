using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Answers the operator's question for tonight, or for the newest night that has frames.</summary>
public sealed class NightQuery(
    Catalogue catalogue, WandaOptions options, DestinationQuery destinations, QueueQuery queues, ForecastQuery forecast, TimeProvider time)
{
    // Walking all released frames is the one slow count, and its answer changes only when an audit finds something, or comes too late.
    private static readonly TimeSpan FreedEvery = TimeSpan.FromSeconds(30);
    private (DateTimeOffset At, int Lost, int Expired)? _freed;

    /// <summary>Reads the summary.</summary>
    public async Task<NightSummary> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var zone = time.LocalTimeZone;
        var work = await queues.ListAsync(cancellationToken);
        var notices = await NoticesAsync(work, now, zone, cancellationToken);
        var summary = await CountAsync(work, now, zone, cancellationToken) with
        {
            Notices = notices,
            Forecast = await forecast.ReadAsync(cancellationToken),
            Demo = options.IsDemo ? NightSentence.Demo : null,
        };
        if (summary.Expired > 0)
            summary = summary with { Notices = [.. summary.Notices, Overdue(summary.Expired)] };
        return summary with { Sentence = NightSentence.Of(summary, zone), Alarm = Worst(summary) };
    }

    private async Task<NightSummary> CountAsync(
        IReadOnlyList<QueueView> work, DateTimeOffset now, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var empty = new NightSummary { Sentence = "", Alarm = Alarm.Calm, At = now };
        if (await catalogue.Captures.NewestAsync(1, cancellationToken) is not [var newest])
            return empty;
        var night = NightSpan.Of(newest.SavedAt, zone);
        var demo = options.IsDemo;
        var counts = await catalogue.Reports.CountAsync(night.From, night.To, demo, cancellationToken);
        return empty with
        {
            Night = night,
            Counts = counts,
            SafeOn = await catalogue.Reports.SafeOnAsync(night.From, night.To, demo, cancellationToken),
            OlderOnlyHere = Math.Max(0, (await catalogue.Reports.OnlyHereAsync(demo, cancellationToken)).OnlyHere - counts.OnlyHere),
            Lost = (await FreedAsync(now, cancellationToken)).Lost,
            Expired = (await FreedAsync(now, cancellationToken)).Expired,
            Clear = counts.OnlyHere == 0 ? null : await EstimateAsync(counts.OnlyHereBytes, work, now, cancellationToken),
        };
    }

    private async Task<ClearEstimate> EstimateAsync(
        long bytesLeft, IReadOnlyList<QueueView> work, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (options.Destinations.Count == 0)
            return new ClearEstimate(null, "no destination is configured");
        if (Standstill.Of(work, await destinations.ListAsync(cancellationToken), now, time.LocalTimeZone) is { } waits)
            return new ClearEstimate(null, waits) { StandsStill = true };
        return ClearEstimate.Of(bytesLeft, await catalogue.Reports.PaceAsync(now - ClearEstimate.Window, cancellationToken), now);
    }

    private async Task<(int Lost, int Expired)> FreedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_freed is { } known && (now - known.At).Duration() < FreedEvery)
            return (known.Lost, known.Expired);
        var (lost, expired) = (await catalogue.Reports.LostAsync(options.IsDemo, cancellationToken),
            await catalogue.Reports.ExpiredAsync(options.IsDemo, cancellationToken));
        _freed = (now, lost, expired);
        return (lost, expired);
    }

    private async Task<IReadOnlyList<Notice>> NoticesAsync(
        IReadOnlyList<QueueView> work, DateTimeOffset now, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var notices = new List<Notice>();
        if (options.Destinations.Count == 0)
        {
            notices.Add(new(Alarm.Trouble,
                "No destination is configured, so nothing can leave this machine. Write one under \"destinations\" in wanda.json.", "/"));
        }
        else if (options.Destinations.All(d => !d.GivesProof))
        {
            notices.Add(
                new(Alarm.Trouble, "No destination can prove what it holds, so no frame is ever released. Add one that can; "
                    + "docs/configuration.md says which.", "/"));
        }

        foreach (var destination in await destinations.ListAsync(cancellationToken))
        {
            if (destination.Paused is { } pause)
                notices.Add(new(Alarm.Waiting, $"{destination.Name} is paused: {pause}.", "/queues"));
            if (destination.Warning is { } warning)
            {
                notices.Add(new(Alarm.Waiting,
                    $"{destination.Name} warns: {warning}.{(destination.Room is { } room ? $" It has {room.Words}." : "")}", "/"));
            }

            if (destination.Room?.Refusal is { } refusal)
                notices.Add(new(Alarm.Trouble, refusal, "/"));
        }

        if (await catalogue.Node.FindKuboAsync(cancellationToken) is { } kubo
            && KuboWords(kubo, options.Ipfs.Mode, now, zone) is { } notice)
        {
            notices.Add(notice);
        }

        foreach (var queue in work)
        {
            if (queue.Stuck > 0)
            {
                notices.Add(
                    new(Alarm.Trouble, $"{queue.Stuck:N0} stuck in {queue.Does}. Look at the cause, then retry.", $"/queues/{queue.Name}"));
            }
            else if (queue.Paused is { } pause && !queue.PausedByBreaker)
            {
                notices.Add(new(Alarm.Waiting,
                    $"{char.ToUpperInvariant(queue.Does[0])}{queue.Does[1..]} is paused since "
                        + $"{OperatorTime.Clock(pause.Since, now, zone)}: {pause.Reason.TrimEnd('.')}{Until(pause.Until, now, zone)}.",
                    $"/queues/{queue.Name}"));
            }
        }

        return notices.OrderByDescending(n => n.Alarm).ToList();
    }

    private static string Until(DateTimeOffset? until, DateTimeOffset now, TimeZoneInfo zone) =>
        until is { } at ? $", until {OperatorTime.Clock(at, now, zone)}" : "";

    private static Notice Overdue(int count) => new(Alarm.Waiting,
        $"The proof of {NightSentence.Frames(count)} freed here expired, and the audit is due. It is renewed as soon as the destination "
            + "answers.", "/frames?state=audit-due");

    /// <summary>Only what is not as it should be: the embedded store has everything, so a daemon that is up needs no line.</summary>
    private static Notice? KuboWords(KuboReport kubo, IpfsMode mode, DateTimeOffset now, TimeZoneInfo zone) => kubo switch
    {
        { Problem: { } problem } => new(Alarm.Trouble, $"Kubo does not take all that it should ({kubo.Waiting:N0} wait): {problem}", "/"),
        { Up: false } when mode == IpfsMode.Kubo => new(
            Alarm.Trouble,
            $"New frames wait for Kubo, as ipfs.mode says, since {OperatorTime.Clock(kubo.Since, now, zone)}: {kubo.Reason}", "/"),
        { Up: false, Waiting: > 0 } => new(
            Alarm.Waiting,
            $"{kubo.Waiting:N0} wait for Kubo, and are kept here, since {OperatorTime.Clock(kubo.Since, now, zone)}: {kubo.Reason}", "/"),
        _ => null,
    };

    private static Alarm Worst(NightSummary summary)
    {
        if (summary.Lost > 0)
            return Alarm.Trouble;
        var waiting = summary.Counts.OnlyHere + summary.OlderOnlyHere > 0 ? Alarm.Waiting : Alarm.Calm;
        return summary.Notices.Select(n => n.Alarm).Append(waiting).Max();
    }
}
