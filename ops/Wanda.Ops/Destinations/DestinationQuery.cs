using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Reads the destinations: the configured ones, and those that the catalogue remembers.</summary>
public sealed class DestinationQuery(Catalogue catalogue, WandaOptions options, TimeProvider time)
{
    /// <summary>All of them, configured ones first.</summary>
    public async Task<IReadOnlyList<DestinationView>> ListAsync(CancellationToken cancel)
    {
        var known = (await catalogue.Destinations.ListAsync(cancel)).ToDictionary(d => d.Name);
        var configured = options.Destinations.Select(d => View(
            known.GetValueOrDefault(d.Name) ?? new DestinationRecord { Name = d.Name, Kind = d.Kind, FailureDomain = d.Domain }, d));
        var remembered = known.Values.Where(k => options.Destinations.All(d => d.Name != k.Name)).Select(k => View(k, null));
        return configured.Concat(remembered).ToList();
    }

    private DestinationView View(DestinationRecord record, DestinationOptions? configured) => new()
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
        FailureDomain = record.FailureDomain,
        Configured = configured is not null,
        GivesProof = configured?.GivesProof ?? true,
        State = (record.State, configured, record.LastOkAt) switch
        {
            (DestinationState.Paused, _, _) => "paused",
            (_, null, _) => "not configured any more",
            (_, _, null) => "not used yet",
            _ => "in use",
        },
        Paused = record.State == DestinationState.Paused ? Pause(record) : null,
        LastOkAt = record.LastOkAt,
    };

    private string Pause(DestinationRecord record)
    {
        var (now, zone) = (time.GetUtcNow(), time.LocalTimeZone);
        var since = record.PausedSince is { } at ? $"since {OperatorTime.Clock(at, now, zone)}, " : "";
        var next = record.NextTryAt is { } retry ? $"next try {OperatorTime.Clock(retry, now, zone)}" : "until you resume it";
        // The sentence that this ends names the destination already.
        var reason = record.Reason?.TrimEnd('.') ?? "it did not answer";
        if (reason.StartsWith(record.Name + " ", StringComparison.Ordinal))
            reason = string.Concat("it", reason.AsSpan(record.Name.Length));
        return $"{reason} ({since}{next})";
    }
}
