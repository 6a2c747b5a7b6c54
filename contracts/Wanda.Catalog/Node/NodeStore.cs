using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Sqlite.Shared;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>The node's own state: which storage root is its, the newest time it ever saw, and its published name.</summary>
public sealed class NodeStore
{
    private const string RootKey = "storage_root";
    private const string NewestTimeKey = "newest_time";
    private const string DrainingKey = "draining";
    private const string KuboKey = "kubo";
    private const string KuboLifeKey = "kubo-life";
    private const string RoomKey = "room/";
    private const string StoppedKey = "stopped/";
    private const string MadeGoodKey = "made_good/";
    private const string MachineNonceKey = "machine_nonce";
    private const string DaemonKey = "daemon/";
    private const string CidListsKey = "cid-lists/";
    private readonly SqliteFile _file;

    internal NodeStore(SqliteFile file) => _file = file;

    /// <summary>The id of the storage root that this catalogue belongs to; null on the first start.</summary>
    public Task<string?> StorageRootIdAsync(CancellationToken cancellationToken) => GetAsync(RootKey, cancellationToken);

    /// <summary>Binds this catalogue to a storage root.</summary>
    public Task BindStorageRootAsync(string id, CancellationToken cancellationToken) => SetAsync(RootKey, id, cancellationToken);

    /// <summary>
    /// A random number of this node's, 32 bytes, by which destinations on one machine are known: they are all asked with it, and nobody
    /// else's answer can be compared with theirs.
    /// </summary>
    public async Task<byte[]> MachineNonceAsync(CancellationToken cancellationToken)
    {
        if (await GetAsync(MachineNonceKey, cancellationToken) is { } known)
            return Convert.FromHexString(known);
        await _file.WriteAsync(
            db => { db.Execute(Sql.SetOnce, new { key = MachineNonceKey, value = RandomNumberGenerator.GetHexString(64) }); },
            cancellationToken);
        return await MachineNonceAsync(cancellationToken);
    }

    /// <summary>The newest time on record (law 10), or null on the first start.</summary>
    public async Task<DateTimeOffset?> NewestTimeAsync(CancellationToken cancellationToken) =>
        await GetAsync(NewestTimeKey, cancellationToken) is { } text ? DateTimeOffset.Parse(text, null) : null;

    /// <summary>Moves the newest time on record forward; never back. Call it only with a time that is trusted.</summary>
    public Task SawTimeAsync(DateTimeOffset now, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        db.Execute(Sql.Advance, new { key = NewestTimeKey, value = TypeHandlers.Text(now) });
    }, cancellationToken);

    /// <summary>Sets the newest time on record, back as well as forward: an operator's word that the clock is right.</summary>
    public Task AcceptTimeAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        SetAsync(NewestTimeKey, TypeHandlers.Text(now), cancellationToken);

    /// <summary>Whether frames are being let go for want of space.</summary>
    public async Task<bool> IsDrainingAsync(CancellationToken cancellationToken) => await GetAsync(DrainingKey, cancellationToken) == "yes";

    /// <summary>Records whether frames are being let go for want of space.</summary>
    public Task SetDrainingAsync(bool draining, CancellationToken cancellationToken) =>
        SetAsync(DrainingKey, draining ? "yes" : "no", cancellationToken);

    /// <summary>What stands still on this node, each by its name, and since when, UTC.</summary>
    public Task<IReadOnlyDictionary<string, DateTimeOffset>> StoppedAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyDictionary<string, DateTimeOffset>>(
            db => db.Query<(string Key, string Since)>(Sql.Below, new { first = StoppedKey, end = StoppedKey + '\uffff' })
                .ToDictionary(row => row.Key[StoppedKey.Length..], row => DateTimeOffset.Parse(row.Since, null)),
            cancellationToken);

    /// <summary>Something stands still. The time of one that is on record stays.</summary>
    public Task StopAsync(string what, DateTimeOffset since, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(
        db => db.Execute(Sql.SetOnce, new { key = StoppedKey + what, value = TypeHandlers.Text(since) }) == 1, cancellationToken);

    /// <summary>It goes on.</summary>
    public Task GoOnAsync(string what, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(
        db => db.Execute(Sql.Remove, new { key = StoppedKey + what }) == 1, cancellationToken);

    /// <summary>The stores that were made good from the others, as the last time that each was.</summary>
    public Task<IReadOnlyList<StoreReport>> MadeGoodAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<StoreReport>>(
            db => [.. db.Query<(string Key, string Report)>(Sql.Below, new { first = MadeGoodKey, end = MadeGoodKey + '\uffff' })
                .Select(row => JsonSerializer.Deserialize<StoreReport>(row.Report)!)],
            cancellationToken);

    /// <summary>Records that a store was made good.</summary>
    public Task MadeGoodAsync(StoreReport report, CancellationToken cancellationToken) =>
        SetAsync(MadeGoodKey + report.Store, JsonSerializer.Serialize(report), cancellationToken);

    /// <summary>What the workers last found of the Kubo daemon beside this node; null when none is used.</summary>
    public async Task<KuboReport?> FindKuboAsync(CancellationToken cancellationToken) =>
        await GetAsync(KuboKey, cancellationToken) is { } json ? JsonSerializer.Deserialize<KuboReport>(json) : null;

    /// <summary>Stores what was found of the daemon; null when none is used any more.</summary>
    public Task StoreKuboAsync(KuboReport? report, CancellationToken cancellationToken) =>
        SetAsync(KuboKey, JsonSerializer.Serialize(report), cancellationToken);

    /// <summary>What is remembered of a Kubo that frames are given to, by its peer id; null when nothing is.</summary>
    public Task<string?> FindDaemonAsync(string peer, CancellationToken cancellationToken) => GetAsync(DaemonKey + peer, cancellationToken);

    /// <summary>Remembers something of it in place of what was; null forgets it.</summary>
    public Task StoreDaemonAsync(string peer, string? seen, CancellationToken cancellationToken) => seen is not null
        ? SetAsync(DaemonKey + peer, seen, cancellationToken)
        : _file.WriteAsync(db => { db.Execute(Sql.Remove, new { key = DaemonKey + peer }); }, cancellationToken);

    /// <summary>How the daemon is that the node runs itself; null when it runs none.</summary>
    public async Task<KuboLife?> FindKuboLifeAsync(CancellationToken cancellationToken) =>
        await GetAsync(KuboLifeKey, cancellationToken) is { } json ? JsonSerializer.Deserialize<KuboLife>(json) : null;

    /// <summary>Stores how the daemon is that the node runs itself; null when it runs none any more.</summary>
    public Task StoreKuboLifeAsync(KuboLife? life, CancellationToken cancellationToken) =>
        SetAsync(KuboLifeKey, JsonSerializer.Serialize(life), cancellationToken);

    /// <summary>What room a destination last said it has; null when it never did.</summary>
    public async Task<RoomReport?> FindRoomAsync(string destination, CancellationToken cancellationToken) =>
        await GetAsync(RoomKey + destination, cancellationToken) is { } json ? JsonSerializer.Deserialize<RoomReport>(json) : null;

    /// <summary>Stores what room a destination says it has.</summary>
    public Task StoreRoomAsync(string destination, RoomReport report, CancellationToken cancellationToken) =>
        SetAsync(RoomKey + destination, JsonSerializer.Serialize(report), cancellationToken);

    /// <summary>Why lists of CIDs could not be written below watched folders, by source; one without trouble is not in it.</summary>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<CidListTrouble>>> CidListTroublesAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyDictionary<string, IReadOnlyList<CidListTrouble>>>(
            db => db.Query<(string Key, string Troubles)>(Sql.Below, new { first = CidListsKey, end = CidListsKey + '\uffff' })
                .ToDictionary(row => row.Key[CidListsKey.Length..],
                    row => (IReadOnlyList<CidListTrouble>)JsonSerializer.Deserialize<CidListTrouble[]>(row.Troubles)!),
            cancellationToken);

    /// <summary>Stores the same of one source; none where all are written.</summary>
    public Task StoreCidListTroublesAsync(string source, IReadOnlyList<CidListTrouble> troubles, CancellationToken cancellationToken) =>
        troubles.Count > 0
            ? SetAsync(CidListsKey + source, JsonSerializer.Serialize(troubles), cancellationToken)
            : _file.WriteAsync(db => { db.Execute(Sql.Remove, new { key = CidListsKey + source }); }, cancellationToken);

    /// <summary>The state of a published name, or null.</summary>
    public Task<IpnsState?> FindNameAsync(string name, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingleOrDefault<IpnsState>(Sql.FindName, new { name }), cancellationToken);

    /// <summary>All published names.</summary>
    public Task<IReadOnlyList<IpnsState>> NamesAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<IpnsState>>(db => db.Query<IpnsState>(Sql.AllNames).AsList(), cancellationToken);

    private Task<string?> GetAsync(string key, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingleOrDefault<string>(Sql.Get, new { key }), cancellationToken);

    private Task SetAsync(string key, string value, CancellationToken cancellationToken) =>
        _file.WriteAsync(db => { db.Execute(Sql.Set, new { key, value }); }, cancellationToken);

    internal static class Sql
    {
        public const string Get = "SELECT value FROM node WHERE key = @key";
        public const string Set =
            "INSERT INTO node (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        public const string SetOnce = "INSERT INTO node (key, value) VALUES (@key, @value) ON CONFLICT (key) DO NOTHING";
        public const string Remove = "DELETE FROM node WHERE key = @key";
        public const string Below = "SELECT key, value FROM node WHERE key > @first AND key < @end";
        public const string Advance = Set + " WHERE excluded.value > value";
        public const string FindName = "SELECT * FROM ipns WHERE name = @name";
        public const string AllNames = "SELECT * FROM ipns ORDER BY name";
    }
}

/// <summary>A Kubo daemon as the workers found it.</summary>
/// <param name="Up">Whether it takes blocks.</param>
/// <param name="Reason">Which daemon it is, or why it takes none: a sentence.</param>
/// <param name="Waiting">How many CIDs it is to get and has not confirmed.</param>
/// <param name="Problem">What it does not take though it is up; null when there is nothing.</param>
/// <param name="Since">Since when it is up, or is not; UTC.</param>
public sealed record KuboReport(bool Up, string Reason, int Waiting, string? Problem, DateTimeOffset Since);

/// <summary>The daemon that a node runs itself, as its keeper last found it.</summary>
/// <param name="Phase">Where it is in its life, one word: <c>ready</c>, <c>backoff</c>.</param>
/// <param name="Trouble">What is wrong, one word; <c>none</c> when nothing is.</param>
/// <param name="Reason">The same for the operator: whole sentences.</param>
/// <param name="Since">Since when, UTC.</param>
public sealed record KuboLife(string Phase, string Trouble, string Reason, DateTimeOffset Since)
{
    /// <summary>Its process; null when there is none, or it is another's.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The version that it said last; null before it did.</summary>
    public string? Version { get; init; }

    /// <summary>When it is started again, UTC; null when nothing waits for that.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Whether somebody else runs it.</summary>
    public bool IsWatched { get; init; }
}
