using Microsoft.Data.Sqlite;
using Sqlite.Shared;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>The server's own tables: pins, names, sightings. What a call has stored is fsynced when it returns.</summary>
internal sealed class PinDatabase(SqliteFile file)
{
    /// <summary>Stores a pin; <see cref="Pin.Created"/> may be moved to stay unique.</summary>
    public Task<Pin> AddAsync(Pin pin, CancellationToken cancellationToken) =>
        file.WriteAsync(connection => Add(connection, pin), cancellationToken);

    /// <summary>
    /// Stores a pin, unless the node has one already that says the very same of the same CID: then that one is returned, which stands again
    /// if the node had ended it. It takes the place of those whose bytes were lost here.
    /// </summary>
    public Task<PinAdded> AddUnlessSameAsync(Pin pin, CancellationToken cancellationToken) =>
        file.WriteAsync(connection =>
        {
            if (Same(connection, pin) is { } known)
            {
                if (known.Unpinned is null)
                    return new PinAdded(known, PinOutcome.Known, []);
                connection.Statement(PinSql.StandAgain).Bind(1, known.Id).Execute();
                return new PinAdded(known with { Unpinned = null }, PinOutcome.StandsAgain, []);
            }

            var replaced = PinRow.ReadAll(BindLabels(connection.Statement(PinSql.DropQueuedSame), pin));
            return new PinAdded(Add(connection, pin), PinOutcome.Created, replaced);
        }, cancellationToken);

    /// <summary>Puts more under a directory's pin, whose claims hold it already.</summary>
    /// <param name="id">The pin's.</param>
    /// <param name="more">Blocks, those that it has already among them or not.</param>
    /// <param name="cancellationToken">Stops it before it is done.</param>
    /// <returns>The pin before and now; null when it has ended meanwhile.</returns>
    public Task<(Pin Before, Pin Now)?> ExtendAsync(string id, IReadOnlyList<BlockInfo> more, CancellationToken cancellationToken) =>
        file.WriteAsync(connection =>
        {
            if (ById(connection, id) is not { Unpinned: null } pin)
                return ((Pin, Pin)?)null;
            var covered = (pin.Covered ?? []).ToHashSet();
            var added = more.Where(b => covered.Add(b.Cid)).ToList();
            var now = pin with
            {
                Bytes = pin.Bytes + added.Sum(b => (long)b.Length),
                Blocks = pin.Blocks + added.Count,
                Covered = [.. covered],
            };
            connection.Statement(PinSql.Extend).Bind(1, id).Bind(2, now.Bytes).Bind(3, now.Blocks).Bind(4, PinRow.Text(now.Covered))
                .Execute();
            return (pin, now);
        }, cancellationToken);

    /// <summary>Directories of an older server, of which it is not written what they keep.</summary>
    public Task<List<string>> UncoveredAsync(CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var ids = new List<string>();
        var row = connection.Statement(PinSql.Uncovered);
        while (row.Step())
            ids.Add(row.Text(0)!);
        return ids;
    }, cancellationToken);

    /// <summary>Writes what such a directory keeps.</summary>
    public Task CoverAsync(string id, IReadOnlyList<Cid> covered, CancellationToken cancellationToken) => file.WriteAsync(
        connection => connection.Statement(PinSql.Cover).Bind(1, id).Bind(2, PinRow.Text(covered)).Execute(), cancellationToken);

    /// <summary>A pin of this node; null when there is none, or it is another's.</summary>
    public Task<Pin?> FindAsync(string node, string id, CancellationToken cancellationToken) =>
        file.ReadAsync(connection => ById(connection, id) is { Unpinned: null } pin && pin.Node == node ? pin : null, cancellationToken);

    /// <summary>A pin of whomever.</summary>
    public Task<Pin?> FindAsync(string id, CancellationToken cancellationToken) =>
        file.ReadAsync(connection => ById(connection, id), cancellationToken);

    /// <summary>Whether the node has a settled pin on this CID.</summary>
    public Task<bool> CoversAsync(string node, Cid cid, CancellationToken cancellationToken) =>
        file.ReadAsync(
            connection => Number(connection.Statement(PinSql.Covers).Bind(1, node).Bind(2, cid.ToString())) == 1, cancellationToken);

    /// <summary>A page, oldest first.</summary>
    public Task<List<Pin>> ListAsync(PinFilter filter, int limit, CancellationToken cancellationToken) =>
        file.ReadAsync(connection => new PinQuery(filter).List(connection, "row", limit), cancellationToken);

    public Task<long> CountAsync(PinFilter filter, CancellationToken cancellationToken) =>
        file.ReadAsync(connection => new PinQuery(filter).Count(connection), cancellationToken);

    /// <summary>A page, newest first, and how many there are in all.</summary>
    public Task<(long Count, List<Pin> Pins)> ListNewestAsync(PinFilter filter, int limit, CancellationToken cancellationToken) =>
        file.ReadAsync(connection =>
        {
            var query = new PinQuery(filter);
            return (query.Count(connection), query.List(connection, "created DESC", limit));
        }, cancellationToken);

    public Task<List<Pin>> QueuedAsync(long afterRow, int limit, CancellationToken cancellationToken) =>
        file.ReadAsync(
            connection => PinRow.ReadAll(connection.Statement(PinSql.Queued).Bind(1, afterRow).Bind(2, limit)), cancellationToken);

    public Task<long> CountQueuedAsync(string node, CancellationToken cancellationToken) =>
        file.ReadAsync(connection => Number(connection.Statement(PinSql.QueuedOf).Bind(1, node)), cancellationToken);

    /// <summary>A queued pin's bytes have come.</summary>
    public Task<bool> SettleAsync(string id, long bytes, int blocks, CancellationToken cancellationToken) =>
        file.WriteAsync(
            connection => connection.Statement(PinSql.Settle).Bind(1, id).Bind(2, bytes).Bind(3, blocks).Execute() == 1, cancellationToken);

    /// <summary>Bytes of a settled pin turned out to be gone.</summary>
    public Task<bool> UnsettleAsync(string id, CancellationToken cancellationToken) =>
        file.WriteAsync(connection => connection.Statement(PinSql.Unsettle).Bind(1, id).Execute() == 1, cancellationToken);

    /// <summary>The settled pin that was stored next after a row; null when that was the last.</summary>
    public Task<Pin?> NextSettledAsync(long afterRow, CancellationToken cancellationToken) =>
        file.ReadAsync(
            connection => PinRow.ReadAll(connection.Statement(PinSql.NextSettled).Bind(1, afterRow)).FirstOrDefault(), cancellationToken);

    public Task<long> LastRowAsync(CancellationToken cancellationToken) =>
        file.ReadAsync(connection => Number(connection.Statement(PinSql.LastRow)), cancellationToken);

    /// <summary>Pins of one node or of all, newest first.</summary>
    /// <param name="node">Whose; null for all.</param>
    /// <param name="broken">Only those that were settled and lost bytes.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="before">Only those whose row is below.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public Task<List<Pin>> NewestAsync(string? node, bool broken, int limit, long before, CancellationToken cancellationToken) =>
        file.ReadAsync(
            connection => PinRow.ReadAll(
                connection.Statement(broken ? PinSql.Broken : PinSql.Newest).Bind(1, node).Bind(2, limit).Bind(3, before)),
            cancellationToken);

    /// <summary>Pins of a node that were settled and lost bytes.</summary>
    public Task<long> CountBrokenAsync(string node, CancellationToken cancellationToken) =>
        file.ReadAsync(connection => Number(connection.Statement(PinSql.BrokenOf).Bind(1, node)), cancellationToken);

    /// <summary>The same by node, of those that have any.</summary>
    public Task<List<(string Node, long Pins)>> BrokenAsync(CancellationToken cancellationToken) =>
        file.ReadAsync(connection => PinRow.ByNode(connection.Statement(PinSql.BrokenByNode)), cancellationToken);

    /// <summary>Bytes of what was pinned since a time and is here.</summary>
    public Task<long> GrownAsync(DateTimeOffset since, CancellationToken cancellationToken) => file.ReadAsync(
        connection => Number(connection.Statement(PinSql.Grown).Bind(1, since.ToUnixTimeMilliseconds())), cancellationToken);

    /// <summary>
    /// Ends a pin on the operator's word. It stays on its node's account until the server took it (<see cref="TakeDroppedAsync"/>).
    /// </summary>
    /// <returns>The pin as it was; null when there is none.</returns>
    public Task<Pin?> DropAsync(string id, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        file.WriteAsync(connection =>
        {
            connection.Statement(PinSql.NoteDrop).Bind(1, id).Bind(2, now.ToUnixTimeMilliseconds()).Bind(3, reason).Execute();
            return PinRow.ReadAll(connection.Statement(PinSql.Drop).Bind(1, id)).FirstOrDefault();
        }, cancellationToken);

    /// <summary>A pin that was dropped and is the caller's now to take off the account; null when there is none.</summary>
    public Task<DroppedPin?> TakeDroppedAsync(CancellationToken cancellationToken) => file.WriteAsync(connection =>
    {
        var row = connection.Statement(PinSql.TakeDropped);
        var dropped = row.Step() ? new DroppedPin(row.Text(0)!, row.Text(1)!, row.Text(2), row.Int64(3), row.Int64(4), row.Int64(5)) : null;
        row.Reset();
        return dropped;
    }, cancellationToken);

    /// <summary>
    /// When and why the operator dropped what the node had on this CID; null when he did not, or the node has it here again.
    /// </summary>
    public Task<(DateTimeOffset At, string Reason)?> WhyDroppedAsync(string node, Cid cid, CancellationToken cancellationToken) =>
        file.ReadAsync(connection =>
        {
            var row = connection.Statement(PinSql.WhyDropped).Bind(1, node).Bind(2, cid.ToString());
            (DateTimeOffset, string)? why = row.Step() ? (DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(0)), row.Text(1)!) : null;
            row.Reset();
            return why;
        }, cancellationToken);

    /// <summary>Pins, bytes and what they take besides, of each node; those that were dropped and not taken yet included.</summary>
    public Task<List<(string Node, long Pins, long Bytes, long Overhead)>> UsageAsync(CancellationToken cancellationToken) =>
        file.ReadAsync(Usage, cancellationToken);

    /// <summary>The id and state of every pin, and whether its bytes are here or once were.</summary>
    public Task<Dictionary<string, (PinState State, bool WasHere)>> StatesAsync(CancellationToken cancellationToken) =>
        file.ReadAsync(connection =>
        {
            var ids = new Dictionary<string, (PinState, bool)>(StringComparer.Ordinal);
            var statement = connection.Statement(PinSql.Ids);
            while (statement.Step())
            {
                var state = (PinState)statement.Int32(1);
                ids.Add(statement.Text(0)!, (state, state == PinState.Pinned || statement.Int64(2) > 0));
            }

            return ids;
        }, cancellationToken);

    /// <summary>Decides about a name inside the write, so that two publishers cannot pass each other.</summary>
    public Task<T> WithNameAsync<T>(string name, string node, Func<byte[]?, long, (T Result, byte[]? Store)> decide, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        file.WriteAsync(connection =>
        {
            var known = Record(connection, name);
            if (known is null)
                FreeEnded(connection, node, now);
            var (result, store) = decide(known, Number(connection.Statement(PinSql.NamesOf).Bind(1, node)));
            if (store is not null)
            {
                connection.Statement(PinSql.PutName).Bind(1, name).Bind(2, node).Bind(3, store).Bind(4, now.ToUnixTimeMilliseconds())
                    .Execute();
            }

            return result;
        }, cancellationToken);

    /// <summary>The record of a name; with a node, only when the name is on its account.</summary>
    public Task<byte[]?> FindNameAsync(string name, string? node, CancellationToken cancellationToken) =>
        file.ReadAsync(connection => Record(connection, name, node), cancellationToken);

    public Task SawAsync(IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> sightings, CancellationToken cancellationToken) =>
        file.WriteRelaxedAsync(connection =>
        {
            foreach (var (node, seen) in sightings)
                connection.Statement(PinSql.Saw).Bind(1, node).Bind(2, seen.ToUnixTimeMilliseconds()).Execute();
            return sightings.Count;
        }, cancellationToken);

    public Task<Dictionary<string, DateTimeOffset>> SightingsAsync(CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var sightings = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var statement = connection.Statement(PinSql.Sightings);
        while (statement.Step())
            sightings[statement.Text(0)!] = DateTimeOffset.FromUnixTimeMilliseconds(statement.Int64(1));
        return sightings;
    }, cancellationToken);

    public static List<(string Node, long Pins, long Bytes, long Overhead)> Usage(SqliteConnection connection)
    {
        var usage = new List<(string, long, long, long)>();
        var statement = connection.Statement(PinSql.Usage);
        while (statement.Step())
            usage.Add((statement.Text(0)!, statement.Int64(1), statement.Int64(2), statement.Int64(3)));
        return usage;
    }

    public static Pin Add(SqliteConnection connection, Pin pin)
    {
        PinRow.Bind(connection.Statement(PinSql.Insert), pin).Execute();
        return ById(connection, pin.Id)!;
    }

    private static Pin? Same(SqliteConnection connection, Pin pin) =>
        PinRow.ReadAll(BindLabels(connection.Statement(PinSql.Same), pin)).FirstOrDefault();

    // A name whose record has ended is handed out no more: its place is for another.
    private static void FreeEnded(SqliteConnection connection, string node, DateTimeOffset now)
    {
        var ended = new List<string>();
        var row = connection.Statement(PinSql.RecordsOf).Bind(1, node);
        while (row.Step())
        {
            if (IpnsRecord.Parse(row.Blob(1)).ValidUntil <= now)
                ended.Add(row.Text(0)!);
        }

        ended.ForEach(name => connection.Statement(PinSql.DropName).Bind(1, name).Execute());
    }

    private static SqliteStatement BindLabels(SqliteStatement statement, Pin pin) => statement
        .Bind(1, pin.Node)
        .Bind(2, pin.Cid.ToString())
        .Bind(3, (long)pin.Scope)
        .Bind(4, pin.Capture)
        .Bind(5, pin.Session)
        .Bind(6, pin.Number);

    private static Pin? ById(SqliteConnection connection, string id) =>
        PinRow.ReadAll(connection.Statement(PinSql.ById).Bind(1, id)).FirstOrDefault();

    private static byte[]? Record(SqliteConnection connection, string name, string? node = null)
    {
        var statement = connection.Statement(PinSql.GetName).Bind(1, name).Bind(2, node);
        byte[]? record = statement.Step() ? statement.Blob(0).ToArray() : null;
        statement.Reset();
        return record;
    }

    public static long Number(SqliteStatement statement)
    {
        long number = statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return number;
    }
}
