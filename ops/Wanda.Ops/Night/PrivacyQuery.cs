using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Says what others can read, or could, that the operator did not mean them to (law 12).</summary>
public sealed class PrivacyQuery(Catalogue catalogue, WandaOptions options, TimeProvider time)
{
    // Headers of whole sessions are looked into, and what they tell changes when one is archived anew.
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);
    private (DateTimeOffset At, Notice? Value)? _last;

    /// <summary>The notice; null when there is nothing to say.</summary>
    public async Task<Notice?> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_last is { } last && (now - last.At).Duration() < Every)
            return last.Value;
        var telling = await catalogue.Sessions.TellingOtherwiseAsync(options.Privacy.Publish, cancellationToken);
        var sessions = telling.Count(s => PublishedHeaders.TellsMore(s.Published, options.Privacy.Publish));
        var value = sessions == 0 ? null : new Notice(Severity.Waiting,
            $"{sessions:N0} {(sessions == 1 ? "session" : "sessions")} archived before {(sessions == 1 ? "tells" : "tell")} coordinates, "
                + "names or serial numbers in metadata.json, wherever the archives are. Archives are made anew without them, one each "
                + $"{OperatorTime.Span(options.Archive.Interval)}; what was public may have been read.", "/sessions");
        _last = (now, value);
        return value;
    }
}
