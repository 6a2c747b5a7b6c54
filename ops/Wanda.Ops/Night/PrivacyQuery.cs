using Wanda.Catalog;
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
        var sessions = await catalogue.Sessions.TellingOtherwiseAsync(options.Privacy.Publish, cancellationToken);
        var value = sessions.Count == 0 ? null : new Notice(Alarm.Waiting,
            (sessions.Count == 1 ? $"Session {sessions[0].Name} was" : $"{sessions.Count:N0} sessions were")
                + " archived with other private facts of headers in metadata.json (site, names, serial numbers) than privacy.publish "
                + "says. That is made anew by itself, one session each archive.interval; who has an old CID may have read it.",
            "/sessions");
        _last = (now, value);
        return value;
    }
}
