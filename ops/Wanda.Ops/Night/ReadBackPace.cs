using System.Globalization;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>
/// Whether what was freed here can be read back from where it is before its proofs end, weeks before they do: audits read so many bytes a
/// day at most, and no more.
/// </summary>
public sealed class ReadBackPace(Catalogue catalogue, WandaOptions options, TimeProvider time)
{
    // All that was ever freed is summed up for it.
    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(6);

    private (DateTimeOffset At, long Bytes)? _freed;

    /// <summary>What is to be done; null while it can.</summary>
    public async Task<Notice?> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_freed is not { } known || (now - known.At).Duration() >= LookEvery)
            _freed = known = (now, await catalogue.Audits.FreedBytesAsync(cancellationToken));
        var needed = options.Destinations.Where(d => d.GivesProof).Sum(d => known.Bytes / DaysOf(d));
        if (needed <= options.Audit.DailyBytes.Bytes)
            return null;
        var asks = options.Destinations.Any(Answers);
        var text = string.Create(CultureInfo.InvariantCulture, $"{new ByteSize(known.Bytes)} are freed here. To be proven again in time, "
                + $"{new ByteSize((long)needed)} a day have to be read back, and audit.dailyBytes is {options.Audit.DailyBytes}: some "
                + $"proofs will end first. Raise it{(asks ? ", or audit.challenges for what is freed from now on" : "")}.");
        return new(Severity.Waiting, text, "/frames?state=freed");
    }

    /// <summary>In so many days a destination's whole holding is read back once.</summary>
    private double DaysOf(DestinationOptions destination) =>
        Math.Max(1, (destination.ProofLifetime - options.Audit.LeadOf(destination)).TotalDays) * (Answers(destination)
            ? 1 + options.Audit.Challenges
            : 1);

    private static bool Answers(DestinationOptions destination) => destination.Kind == "wanda";
}
