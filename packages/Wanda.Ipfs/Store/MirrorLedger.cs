using Sqlite.Shared;

namespace Wanda.Ipfs;

/// <summary>
/// What a daemon was given, in the store's own index: what waits, and what may go, is the difference to the store's pins, so no crash can
/// make the two forget each other.
/// </summary>
internal sealed class MirrorLedger(SqliteFile file)
{
    public const string Schema = """
        CREATE TABLE mirrored (
            cid BLOB PRIMARY KEY,
            mode INTEGER NOT NULL,
            ours INTEGER NOT NULL, -- 0: the daemon had the pin before us, so it is not ours to take away
            confirmed INTEGER NOT NULL -- 0: about to be pinned, or found to be missing
        ) WITHOUT ROWID;
        """;

    /// <summary>
    /// Pinned here and not confirmed there. Directories and small files first, for they make what is there findable; then the newest, for
    /// tonight goes before the backlog.
    /// </summary>
    public Task<List<(Cid Cid, PinMode Mode)>> WaitingAsync(CancellationToken cancellationToken) => RowsAsync("""
        SELECT p.cid, min(p.mode) FROM pins p LEFT JOIN mirrored m ON m.cid = p.cid AND m.confirmed AND m.mode <= p.mode
        WHERE m.cid IS NULL GROUP BY p.cid ORDER BY min(p.mode) DESC, max(p.id) DESC
        """, cancellationToken);

    /// <summary>Given to the daemon, and claimed by nobody here any more.</summary>
    public Task<List<(Cid Cid, PinMode Mode)>> UnclaimedAsync(CancellationToken cancellationToken) =>
        RowsAsync("SELECT cid, mode FROM mirrored WHERE NOT EXISTS (SELECT 1 FROM pins p WHERE p.cid = mirrored.cid)", cancellationToken);

    /// <summary>Everything that the daemon confirmed.</summary>
    public Task<List<(Cid Cid, PinMode Mode)>> ConfirmedAsync(CancellationToken cancellationToken) =>
        RowsAsync("SELECT cid, mode FROM mirrored WHERE confirmed", cancellationToken);

    /// <returns>Null when the daemon was never given it.</returns>
    public Task<(PinMode Mode, bool Ours, bool Confirmed)?> FindAsync(Cid cid, CancellationToken cancellationToken) =>
        file.ReadAsync(connection =>
        {
            var row = connection.Statement("SELECT mode, ours, confirmed FROM mirrored WHERE cid = ?").Bind(1, cid.Bytes);
            if (!row.Step())
                return null;
            var found = ((PinMode)row.Int32(0), row.Int32(1) != 0, row.Int32(2) != 0);
            row.Reset();
            return ((PinMode, bool, bool)?)found;
        }, cancellationToken);

    /// <summary>
    /// Written before the daemon is asked to pin (a pin that nobody remembers would stay for ever), and again when it has.
    /// </summary>
    public Task SaveAsync(Cid cid, PinMode mode, bool ours, bool confirmed, CancellationToken cancellationToken) => file.WriteAsync(
        connection => connection.Statement("INSERT OR REPLACE INTO mirrored (cid, mode, ours, confirmed) VALUES (?, ?, ?, ?)")
            .Bind(1, cid.Bytes).Bind(2, (long)mode).Bind(3, ours ? 1 : 0L).Bind(4, confirmed ? 1 : 0L).Execute(), cancellationToken);

    /// <summary>The daemon does not have them after all: given anew, they are pins of ours.</summary>
    public Task LostAsync(IReadOnlyList<Cid> cids, CancellationToken cancellationToken) => file.WriteAsync(connection =>
    {
        foreach (var cid in cids)
            connection.Statement("UPDATE mirrored SET confirmed = 0, ours = 1 WHERE cid = ?").Bind(1, cid.Bytes).Execute();
    }, cancellationToken);

    /// <summary>The daemon has the pin and not all of its blocks: whose the pin is stays as it was.</summary>
    public Task WaitsAsync(Cid cid, CancellationToken cancellationToken) => file.WriteAsync(
        connection => connection.Statement("UPDATE mirrored SET confirmed = 0 WHERE cid = ?").Bind(1, cid.Bytes).Execute(),
        cancellationToken);

    public Task RemoveAsync(Cid cid, CancellationToken cancellationToken) => file.WriteAsync(
        connection => connection.Statement("DELETE FROM mirrored WHERE cid = ?").Bind(1, cid.Bytes).Execute(), cancellationToken);

    private Task<List<(Cid Cid, PinMode Mode)>> RowsAsync(string sql, CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var rows = connection.Statement(sql);
        var found = new List<(Cid, PinMode)>();
        while (rows.Step())
            found.Add((Cid.FromBytes(rows.Blob(0)), (PinMode)rows.Int32(1)));
        return found;
    }, cancellationToken);
}
