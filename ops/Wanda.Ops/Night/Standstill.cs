using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>
/// What frames that are only here wait for when no pace says when that clears: a person, a pause, or a destination's hours.
/// </summary>
internal static class Standstill
{
    /// <summary>Why no destination could ever make a frame safe; null when one can.</summary>
    public static NeedCode? Nowhere(IReadOnlyList<DestinationView> destinations) => destinations switch
    {
        _ when destinations.Any(d => d.MakesSafe) => null,
        _ when !destinations.Any(d => d.Configured) => NeedCode.NoDestination,
        _ when !destinations.Any(d => d.Takes) => NeedCode.AllLeave,
        _ when destinations.Any(d => d is { Takes: true, GivesProof: true }) => NeedCode.NoOtherMachine,
        _ => NeedCode.NoProof,
    };

    /// <summary>In a few words, or null when work goes on.</summary>
    public static ClearEstimate? Of(
        IReadOnlyList<QueueView> work, IReadOnlyList<DestinationView> destinations, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (waits, needs) = (new List<string>(), new List<Need>());
        // Stuck frames wait for a person, so no time can be estimated for them.
        foreach (var queue in work.Where(q => QueueWords.LeadsAway(q.Name) && q.Stuck > 0))
        {
            waits.Add($"{queue.Stuck:N0} stuck in {queue.Does} until somebody looks");
            needs.Add(new(NeedCode.Stuck, queue.Name));
        }

        if (Queue(QueueNames.IpfsAdd) is { Paused: { } pause, Does: var does })
            waits.Add($"{does} is paused{Until(pause.Until)}");
        if (Nowhere(destinations) is { } nowhere)
        {
            waits.Add(NeedWords.Of(nowhere));
            needs.Add(new(nowhere));
            return Still();
        }

        var still = destinations.Where(d => d.MakesSafe)
            .Select(d => (d.Name, d.Waits, d.Paused, Queue: Queue(QueueNames.Offload(d.Name))?.Paused, d.NextTryAt)).ToList();
        if (still.All(d => d.Waits is not null || d.Queue is not null))
        {
            waits.Add(still switch
            {
                [{ Waits: { } hours, Paused: null } one] => $"{one.Name} {hours}",
                [var one] => $"{one.Name} is paused{Until(one.NextTryAt ?? one.Queue?.Until)}",
                _ => $"no destination is sent to now{Until(still.Min(d => d.NextTryAt ?? d.Queue?.Until))}",
            });
        }

        return waits.Count == 0 ? null : Still();

        ClearEstimate Still() => new(null, string.Join("; ", waits)) { StandsStill = true, Needs = needs };

        QueueView? Queue(string name) => work.FirstOrDefault(q => q.Name == name);

        string Until(DateTimeOffset? until) => until is { } at ? $", next try {OperatorTime.Clock(at, now, zone)}" : " until you resume it";
    }
}
