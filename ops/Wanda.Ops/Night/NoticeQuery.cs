using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Reads what needs a look besides frames that are only here and a capture that stopped.</summary>
public sealed class NoticeQuery(
    Catalogue catalogue, WandaOptions options, DestinationQuery destinations, DrainQuery drains, PrivacyQuery privacy, ReadBackPace pace,
    SourceQuery sources, TimeProvider time)
{
    private const int ShownReasons = 3;

    /// <summary>Reads it.</summary>
    public async Task<IReadOnlyList<Notice>> ReadAsync(IReadOnlyList<QueueView> work, CancellationToken cancellationToken)
    {
        var (now, zone) = (time.GetUtcNow(), time.LocalTimeZone);
        var notices = new List<Notice>();
        if (options.Destinations.Count == 0)
        {
            notices.Add(new(Severity.NeedsYou,
                "No destination is configured, so nothing can leave this machine. Write one under \"destinations\" in wanda.json.", "/")
            {
                Need = new(NeedCode.NoDestination),
                Brief = NeedWords.Of(NeedCode.NoDestination),
            });
        }
        else if (options.Destinations.All(d => d.Drain))
        {
            notices.Add(new(Severity.NeedsYou,
                "Every destination is being emptied (\"drain\"), so nothing can leave this machine. Add one that stays.", "/")
            {
                Need = new(NeedCode.AllLeave),
                Brief = NeedWords.Of(NeedCode.AllLeave),
            });
        }
        else if (options.Destinations.Where(d => !d.Drain).All(d => !d.GivesProof))
        {
            notices.Add(
                new(Severity.NeedsYou, "No destination can prove what it holds, so no frame is ever released. Add one that can; "
                    + "docs/configuration.md says which.", "/")
                {
                    Need = new(NeedCode.NoProof),
                    Brief = NeedWords.Of(NeedCode.NoProof),
                });
        }

        var known = await catalogue.Destinations.ListAsync(cancellationToken);
        notices.AddRange(StoreNotices.Of(await catalogue.Node.MadeGoodAsync(cancellationToken), now));
        notices.AddRange(DestinationNotices.Of(known, options));
        notices.AddRange(await drains.ReadAsync(known, cancellationToken));
        foreach (var configured in options.Destinations)
        {
            if (known.FirstOrDefault(d => d.Name == configured.Name) is not { } record)
                continue;
            // What ended before an outage is told as due; what ended in it would have been renewed.
            var ending = await catalogue.Audits.EndingAsync(configured.Name, record.PausedSince is { } since && since < now ? since : now,
                now + options.Audit.LeadOf(configured) / 2, cancellationToken);
            if (AuditNotices.Of(record, ending, options, now, zone) is { } audits)
                notices.Add(audits);
        }

        foreach (var destination in await destinations.ListAsync(cancellationToken))
        {
            if (destination.Pause is { } pause)
            {
                notices.Add(new(destination.Refuses is null ? Severity.Waiting : Severity.NeedsYou,
                    $"{destination.Name} is paused: {pause}.", "/queues")
                {
                    Since = destination.PausedSince,
                    Brief = $"{destination.Name}: {destination.Refuses}",
                });
            }

            if (destination.Warning is { } warning)
            {
                notices.Add(new(Severity.Waiting,
                    $"{destination.Name} warns: {warning}.{(destination.Room is { } room ? $" It has {room.Words}." : "")}", "/")
                {
                    Since = known.FirstOrDefault(d => d.Name == destination.Name)?.WarnedAt,
                });
            }

            if (destination.Room?.Refusal is { } refusal)
                notices.Add(new(Severity.NeedsYou, refusal, "/") { Brief = $"{destination.Name} has no room for a session" });
        }

        notices.AddRange(KuboNotices.Of(
            await catalogue.Node.FindKuboAsync(cancellationToken), await catalogue.Node.FindKuboLifeAsync(cancellationToken),
            options.Ipfs.Mode, now));
        foreach (var queue in work)
        {
            if (queue.Stuck > 0)
            {
                notices.Add(new(Severity.NeedsYou,
                    $"{queue.Stuck:N0} stuck in {queue.Does}. Look at the cause, then retry.", $"/queues/{queue.Name}")
                {
                    Need = new(NeedCode.Stuck, queue.Name),
                    Brief = $"{queue.Stuck:N0} stuck in {queue.Does}",
                });
            }
            else if (queue.StandsStill)
            {
                notices.Add(new(Severity.NeedsYou,
                    $"{Capital(queue.Does)} stands still: {queue.Ready:N0} wait, the oldest for "
                        + $"{OperatorTime.Span(queue.OldestAge!.Value)}, and none is worked on. Start the workers: 'sudo systemctl start "
                        + "wanda', or 'wanda up'.", $"/queues/{queue.Name}")
                {
                    Since = now - queue.OldestAge,
                    Brief = $"{queue.Does} stands still",
                });
            }
            else if (queue.Paused is { } pause && !queue.PausedByBreaker)
            {
                notices.Add(new(Severity.Waiting,
                    $"{Capital(queue.Does)} is paused: {pause.Reason}{Until(pause.Until, now, zone)}.", $"/queues/{queue.Name}")
                {
                    Since = pause.Since,
                });
            }
        }

        await AddIntakeAsync(notices, now, zone, cancellationToken);
        if (await privacy.ReadAsync(cancellationToken) is { } told)
            notices.Add(told);
        if (await pace.ReadAsync(cancellationToken) is { } slow)
            notices.Add(slow);
        return notices;
    }

    private static string Until(DateTimeOffset? until, DateTimeOffset now, TimeZoneInfo zone) =>
        until is { } at ? $", until {OperatorTime.Clock(at, now, zone)}" : "";

    // Files that exist in a watched folder alone, and never anywhere else unless somebody does something about them.
    private async Task AddIntakeAsync(
        List<Notice> notices, DateTimeOffset now, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var counts = await catalogue.Intake.RefusalCountsAsync(IntakeStore.MaxRefusals, cancellationToken);
        var unwanted = counts.Where(c => !Refusal.IsLeftOut(c.Code));
        foreach (var source in unwanted.GroupBy(c => c.Source))
        {
            var files = source.Sum(c => c.Files);
            var reasons = source.Take(ShownReasons).Select(
                c => RefusalWords.Of(c.Code, c.Reason) + (c.Files < files ? $" ({c.Files:N0})" : ""));
            notices.Add(new(Severity.Waiting,
                $"{files:N0} {(files == 1 ? "file" : "files")} seen in {source.Key} {(files == 1 ? "is" : "are")} not taken: "
                    + $"{string.Join("; ", reasons)}{(source.Count() > ShownReasons ? "; and others" : "")}.", "/sources")
            {
                Since = source.Min(c => c.Since),
            });
        }

        foreach (var source in await sources.SourcesAsync(cancellationToken))
        {
            if (source.Originals is { Problem: { } problem, ProblemSince: var since })
            {
                notices.Add(
                    new(Severity.NeedsYou, problem, "/sources") { Since = since, Brief = $"originals in {source.Name} cannot be removed" });
            }
        }

        var tonight = NightSpan.Of(now, zone);
        var known = await catalogue.Intake.SourcesAsync(cancellationToken);
        notices.AddRange(CidListNotices.Of(await catalogue.Node.CidListTroublesAsync(cancellationToken), known, options));
        foreach (var source in known)
        {
            if (source.MissedAt >= tonight.From && SourceQuery.Missed(source) is { } missed)
            {
                notices.Add(new(Severity.Waiting,
                    $"{missed}, in {source.Name}, the last at {OperatorTime.Clock(source.MissedAt.Value, now, zone)}. Have the program "
                        + "write each frame under a name of its own.", "/sources"));
            }
        }
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
