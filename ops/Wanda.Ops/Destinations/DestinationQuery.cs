using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Reads the destinations: the configured ones, and those that the catalogue remembers.</summary>
public sealed class DestinationQuery(Catalogue catalogue, WandaOptions options, TimeProvider time)
{
    private const int LatelyFrames = 20;

    // What privacy.publish holds back of metadata.json travels in the frames all the same.
    private const string PublicFrames = "public: who learns a CID can read the frame, and in its header the site, names and serial numbers";
    private static readonly TimeSpan RoomAge = TimeSpan.FromHours(1);

    /// <summary>All of them, configured ones first.</summary>
    public async Task<IReadOnlyList<DestinationView>> ListAsync(CancellationToken cancellationToken)
    {
        var known = (await catalogue.Destinations.ListAsync(cancellationToken)).ToDictionary(d => d.Name);
        var views = new List<DestinationView>();
        foreach (var d in options.Destinations)
        {
            views.Add(
                await ViewAsync(known.GetValueOrDefault(d.Name)
                    ?? new DestinationRecord { Name = d.Name, Kind = d.Kind, FailureDomain = d.Domain }, d, cancellationToken));
        }

        foreach (var record in known.Values.Where(k => options.Destinations.All(d => d.Name != k.Name)))
            views.Add(await ViewAsync(record, null, cancellationToken));
        return views;
    }

    /// <summary>
    /// How many frames freed here would be missed without each destination that is sent to; those without any are left out. Walks all
    /// released frames for each.
    /// </summary>
    public async Task<IReadOnlyList<DestinationCount>> NeededAsync(CancellationToken cancellationToken)
    {
        var counts = new List<DestinationCount>();
        foreach (var d in options.Destinations.Where(d => !d.Drain))
        {
            var frames = await catalogue.Audits.CountToMoveAsync(d.Name, options.Release.Copies, options.IsDemo, cancellationToken);
            if (frames > 0)
                counts.Add(new DestinationCount { Destination = d.Name, Frames = frames });
        }

        return counts;
    }

    private async Task<DestinationView> ViewAsync(
        DestinationRecord record, DestinationOptions? configured, CancellationToken cancellationToken)
    {
        var opens = configured?.Window?.OpensAt(time.GetUtcNow(), time.LocalTimeZone);
        var hours = opens is { } at
            ? $"waits for its upload window {configured!.Window}, next {OperatorTime.Clock(at, time.GetUtcNow(), time.LocalTimeZone)}"
            : null;
        var pause = record.State == DestinationState.Paused ? Pause(record, since: true) : null;
        return new DestinationView
        {
            Name = record.Name,
            Kind = record.Kind,
            Proof = configured switch
            {
                not { GivesProof: true } => null,
                { Kind: "wanda" } => "possession, without a download",
                _ => "every byte read back",
            },
            Url = configured is { Kind: "wanda", Url: var url } ? url : configured?.Gateway,
            FailureDomain = record.MachineDomain ?? record.FailureDomain,
            Machine = record.MachineHere is not { } here ? null : $"{(here ? "this" : "another")} machine: it {record.MachineHow}",
            Flushes = record.Flushes switch
            {
                null => null,
                Custody.Flushes.Yes => "it says so",
                Custody.Flushes.ByUs => "by us, file by file",
                Custody.Flushes.No => "no",
                _ => "cannot be told",
            },
            Configured = configured is not null,
            Drains = configured is { Drain: true },
            GivesProof = configured?.GivesProof ?? true,
            FailsWithUs = record.MachineHere is true && !options.IsDemo,
            Shows = configured is { Public: true } ? PublicFrames : null,
            State = (record.State, configured, hours, record.LastOkAt) switch
            {
                (DestinationState.Paused, _, _, _) => "paused",
                (_, null, _, _) => "not configured any more",
                (_, { Drain: true }, _, _) => "is being emptied",
                (_, _, not null, _) => hours,
                (_, _, _, null) => "not used yet",
                _ => "in use",
            },
            Paused = pause,
            Pause = pause is null ? null : Pause(record, since: false),
            PausedSince = pause is null ? null : record.PausedSince,
            PauseCode = pause is null ? null : record.PauseCode,
            Refuses = pause is null || record.PauseCode != Custody.PauseCode.NeedsOperator ? null : Shortly(record),
            Waits = pause is null ? hours : $"is paused: {pause}",
            NextTryAt = record.State == DestinationState.Paused ? record.NextTryAt : opens,
            Window = configured?.Window?.ToString(),
            SentThisMonth = await catalogue.Destinations.SentAsync(record.Name, UploadMonth.Of(time), cancellationToken),
            MonthlyVolume = configured?.MonthlyVolume?.Bytes,
            Warning = configured is null ? null : record.Warning,
            Room = configured is null ? null : await RoomAsync(record.Name, cancellationToken),
            LastOkAt = record.LastOkAt,
        };
    }

    private async Task<RoomView?> RoomAsync(string name, CancellationToken cancellationToken)
    {
        if (await catalogue.Node.FindRoomAsync(name, cancellationToken) is not { } report
            || (time.GetUtcNow() - report.At).Duration() > RoomAge)
        {
            return null;
        }

        var frames = await catalogue.Captures.NewestAsync(LatelyFrames, cancellationToken);
        return RoomView.Of(name, report, frames.Count == 0 ? 0 : (long)frames.Average(f => f.DagBytes ?? f.SizeBytes));
    }

    // What it answered, without what to do about it.
    private static string Shortly(DestinationRecord record) =>
        PauseWords.Of(record.PauseCode, record.Reason ?? "it refuses").Split(". ")[0];

    private string Pause(DestinationRecord record, bool since)
    {
        var (now, zone) = (time.GetUtcNow(), time.LocalTimeZone);
        var from = since && record.PausedSince is { } at ? $"since {OperatorTime.Clock(at, now, zone)}, " : "";
        var next = record.NextTryAt is { } retry ? $"next try {OperatorTime.Clock(retry, now, zone)}" : "until you resume it";
        return $"{PauseWords.Of(record.PauseCode, record.Reason ?? "it did not answer")} ({from}{next})";
    }
}
