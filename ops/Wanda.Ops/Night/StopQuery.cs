using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>What keeps frames from being taken or let go (law 11).</summary>
/// <param name="Sentence">That frames are not taken, since when and why, shortly; null while all are.</param>
/// <param name="Notices">Each thing with since when, why, and what to do.</param>
/// <param name="ClockIsBelieved">Whether the clock is believed (law 10).</param>
public sealed record Stops(string? Sentence, IReadOnlyList<Notice> Notices, bool ClockIsBelieved);

/// <summary>Finds that out: of the node, and of each source.</summary>
public sealed class StopQuery(
    NodeStops node, SourceQuery sources, SilenceQuery silence, WandaOptions options, TimeProvider time)
{
    private const string Page = "/sources";

    /// <summary>Reads it.</summary>
    public async Task<Stops> ReadAsync(CancellationToken cancellationToken)
    {
        var stops = await node.ReadAsync(cancellationToken);
        var all = await sources.SourcesAsync(cancellationToken);
        // What stands still for the node's reason is said once.
        var still = all.Where(s => s.Severity == Severity.CaptureStopped && !stops.Any(stop => Explains(stop, s.Code))).ToList();
        var notices = stops.Select(Words).Concat(still.GroupBy(s => s.Why).Select(group => Words([.. group]))).ToList();
        var sentence = Sentence(stops, still, all.Count);
        // Of what is known to stand still nothing can come; and by a clock that is not believed nothing is late.
        if (sentence is null && stops.Count == 0 && await silence.SinceAsync(cancellationToken) is { } since)
        {
            sentence = $"Capture has stopped since {Clock(since)}: no frame came.";
            notices.Add(silence.Words(since));
        }

        return new Stops(sentence, notices, stops.All(s => s.Kind != StopKind.Clock));
    }

    private static bool Explains(NodeStop stop, SourceCode? code) => (stop.Kind, code) is
        (StopKind.Storage, SourceCode.Storage or SourceCode.StorageReadOnly) or (StopKind.Floor, SourceCode.NoRoom);

    private string? Sentence(IReadOnlyList<NodeStop> stops, List<SourceView> still, int all)
    {
        if (stops.FirstOrDefault(s => s.Kind is StopKind.Storage or StopKind.Floor) is { } stop)
        {
            var why = stop.Kind == StopKind.Storage ? "the storage is not there" : "there is no room for frames";
            return $"Capture has stopped since {Clock(stop.Since)}: {why}.";
        }

        if (still.Count == 0)
            return null;
        var of = still.Count == all ? "" : $" of {Names(still)}";
        return $"Capture{of} {(still.Min(s => s.Since) is { } since ? $"has stopped since {Clock(since)}" : "has not begun")}.";
    }

    private Notice Words(NodeStop stop) => stop.Clock is { } clock
        ? new(Severity.NeedsYou, $"Nothing is freed and no name is signed: {ClockWords.Of(clock)}", "/")
        {
            Since = stop.Since,
            Brief = "nothing is freed, for the clock is not believed",
        }
        : new(Severity.CaptureStopped, $"No frame is taken: {Why(stop)}", Page) { Since = stop.Since };

    private string Why(NodeStop stop) => stop.Storage
        ?? $"only {new ByteSize(stop.FreeBytes)} are free on {options.Storage.Root}, below storage.floor ({options.Storage.Floor}), and "
            + "the databases need that. Frames are freed as destinations prove them; until then make room there, or lower storage.floor.";

    private static Notice Words(List<SourceView> still) =>
        new(Severity.CaptureStopped, $"No frame of {Names(still)} is taken: {still[0].Why}", Page) { Since = still.Min(s => s.Since) };

    private static string Names(List<SourceView> still) =>
        still.Count > 3 ? $"{still.Count:N0} sources" : string.Join(" and ", still.Select(s => s.Name));

    private string Clock(DateTimeOffset at) => OperatorTime.Clock(at, time.GetUtcNow(), time.LocalTimeZone);
}
