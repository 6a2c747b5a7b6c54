using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Reads where frames come from, and what was seen there and not taken (law 1).</summary>
public sealed class SourceQuery(Catalogue catalogue, WandaOptions options, TimeProvider time)
{
    /// <summary>Refused files that are listed at most; all of them are counted.</summary>
    public const int MaxRefusals = 200;

    /// <summary>
    /// After so long a source that nobody spoke of stands still. The process that runs it says how it is at least once a minute.
    /// </summary>
    private static readonly TimeSpan Gone = TimeSpan.FromMinutes(3);

    private const string NotRunning = "the process that takes its frames does not run. Start it: 'sudo systemctl start wanda', or 'wanda "
        + "up'; 'journalctl -u wanda' says why it ended.";

    /// <summary>The sources and the refused files.</summary>
    public async Task<SourceListing> ListAsync(CancellationToken cancellationToken) => new(
        await SourcesAsync(cancellationToken), await catalogue.Intake.CountRefusalsAsync(cancellationToken),
        [.. (await catalogue.Intake.RefusalsAsync(MaxRefusals, cancellationToken))
            .Select(r => new RefusalView(r.Source, r.Path, r.Code, RefusalWords.Of(r.Code, r.Reason), r.Bytes, r.Since, r.SeenAt))]);

    /// <summary>The sources alone: those that ran, then those of the configuration that never did.</summary>
    public async Task<IReadOnlyList<SourceView>> SourcesAsync(CancellationToken cancellationToken)
    {
        var known = await catalogue.Intake.SourcesAsync(cancellationToken);
        var words = await catalogue.Originals.ListAsync(cancellationToken);
        var counts = await catalogue.Originals.CountsAsync(cancellationToken);
        return
        [
            .. known.Select(source => View(source, time.GetUtcNow()) with
            {
                Originals = SourceOriginals.Of(
                    words.FirstOrDefault(w => w.Source == source.Name), [.. counts.Where(c => c.Source == source.Name)], source.Place),
            }),
            .. options.Cameras.Where(c => known.All(k => k.Name != c.Name)).Select(c => Never(c.Name, SourceKind.Camera, c.Kind)),
            .. options.Watch.Where(w => known.All(k => k.Place != w.Path || k.Kind != SourceKind.Folder))
                .Select(w => Never(w.SourceName, SourceKind.Folder, w.Path)),
        ];
    }

    private static SourceView Never(string name, SourceKind kind, string place) => new()
    {
        Name = name,
        Kind = kind,
        Place = place,
        State = "never ran",
        Severity = Severity.CaptureStopped,
        Why = NotRunning,
    };

    private static SourceView View(SourceRecord source, DateTimeOffset now)
    {
        var (state, severity, why, since) = source.State switch
        {
            SourceState.Done => ("has given all its frames", Severity.Calm, null, source.Since),
            _ when now - source.SeenAt > Gone => ("stands still", Severity.CaptureStopped, NotRunning, source.SeenAt),
            SourceState.Waiting => ("stands still", Severity.CaptureStopped, Why(source), source.Since),
            _ => ("runs", Severity.Calm, null, source.Since),
        };
        return new SourceView
        {
            Name = source.Name,
            Kind = source.Kind,
            Place = source.Place,
            State = state,
            Severity = severity,
            Code = source.State == SourceState.Waiting ? source.Code : null,
            Why = why,
            Since = since,
            SeenAt = source.SeenAt,
            Missed = Missed(source),
            MissedAt = source.MissedAt,
        };
    }

    // What is wrong, and what there is to do about it. What the node's storage lacks is said with the node.
    private static string Why(SourceRecord source)
    {
        const string Again = "It is tried again by itself.";
        var reason = source.Reason?.TrimEnd('.') ?? "no reason was given";
        return source.Code switch
        {
            SourceCode.NoRoom when RoomDetail.Of(reason) is { } detail => $"{RoomWords.Now(detail)}. {Again}",
            SourceCode.TooLarge when RoomDetail.Of(reason) is { } detail => $"{RoomWords.Never(detail)}.",
            SourceCode.StorageReadOnly => $"the storage folder cannot be written to: {reason}. The system makes a disk that fails "
                + $"read-only; its log (dmesg) says why. {Again}",
            SourceCode.Storage or SourceCode.NoRoom => $"{reason}. {Again}",
            SourceCode.Camera => $"{reason}. {Again} Look at the camera, its cable and its power.",
            SourceCode.NotSaved => $"a frame could not be saved: {reason}. {Again}",
            SourceCode.Failed => $"it failed and is begun again by itself: {reason}.",
            SourceCode.Silent when source.Kind == SourceKind.Camera =>
                $"nothing was heard of it for {reason} minutes: an exposure does not end. Look at the camera, then start the node again.",
            SourceCode.Silent => $"nothing was heard of it for {reason} minutes: its disk or share does not answer, or a very large "
                + $"file is being copied. {Again}",
            _ => $"{reason}. {Again} Mount or make the folder and let this node read it, or change \"watch\" in wanda.json.",
        };
    }

    /// <summary>What was gone before it could be taken, without a full stop; null when nothing was.</summary>
    internal static string? Missed(SourceRecord source)
    {
        var (count, many) = (source.MissedExactly ? $"{source.Missed:N0}" : $"At least {source.Missed:N0}", source.Missed > 1);
        return source.Missed == 0
            ? null
            : $"{count} {(many ? "versions were" : "version was")} overwritten or removed before {(many ? "they" : "it")} could be taken";
    }
}
