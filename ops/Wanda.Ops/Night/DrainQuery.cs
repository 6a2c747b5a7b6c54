using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Says of destinations that are being emptied how far that is, what it waits for, and when they may go.</summary>
public sealed class DrainQuery(Catalogue catalogue, WandaOptions options, TimeProvider time)
{
    // All released frames are walked for it, two seconds for 600,000 of them, and the page is drawn often.
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(2);
    private (DateTimeOffset At, IReadOnlyList<(string Name, int Left)> Value)? _last;

    /// <summary>A notice each.</summary>
    public async Task<IReadOnlyList<Notice>> ReadAsync(IReadOnlyList<DestinationRecord> known, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_last is not { } last || (now - last.At).Duration() >= Every)
            _last = last = (now, await CountAsync(cancellationToken));
        return [.. last.Value.Select(d => Words(d.Name, d.Left, WhyNot(known)))];
    }

    private async Task<IReadOnlyList<(string Name, int Left)>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = new List<(string, int)>();
        foreach (var leaving in options.Destinations.Where(d => d.Drain))
        {
            counts.Add((leaving.Name, await catalogue.Audits.CountToMoveAsync(
                leaving.Name, options.Release.Copies, options.IsDemo, cancellationToken)));
        }

        return counts;
    }

    /// <summary>Why nothing is brought elsewhere until somebody does something; null when it is.</summary>
    private string? WhyNot(IReadOnlyList<DestinationRecord> known)
    {
        var stay = known.Where(d => options.Destinations.Any(o => o.Name == d.Name && o is { Drain: false, GivesProof: true })
            && (d.MachineHere is not true || options.IsDemo));
        var domains = stay.Select(d => d.MachineDomain ?? d.FailureDomain).Distinct(StringComparer.OrdinalIgnoreCase).Count();
        if (domains < options.Release.Copies)
        {
            return $"There are to be {options.Release.Copies:N0} (release.copies), and {domains:N0} that can prove what they hold stay. "
                + "Add a destination";
        }

        return options.Release.When == ReleaseWhen.Never
            ? "With release.when never they would come back and stay here: write \"space\" or \"proven\""
            : null;
    }

    private static Notice Words(string name, int left, string? whyNot) => (left, whyNot) switch
    {
        (0, _) => new(Severity.Calm,
            $"No frame freed here is at {name} alone any more: take it out of the configuration whenever you like.", "/"),
        (_, { } why) => new(Severity.NeedsYou,
            $"{Need(left)} copy at {name}, which is being emptied, and cannot be brought elsewhere. {why}.", "/")
        {
            Brief = $"{name} cannot be emptied",
        },
        _ => new(Severity.Waiting,
            $"{Need(left)} copy at {name}, which is being emptied: they are brought back and sent to the others, as disk room and line "
                + "allow. Leave it in the configuration until then.", "/"),
    };

    private static string Need(int frames) =>
        $"{NightSentence.Frames(frames)} freed here still {(frames == 1 ? "needs its" : "need their")}";
}
