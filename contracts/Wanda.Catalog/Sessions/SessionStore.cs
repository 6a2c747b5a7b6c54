using Dapper;
using Sqlite.Shared;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>The sessions, as <see cref="Ledger"/> was told of them.</summary>
public sealed class SessionStore
{
    private readonly SqliteFile _file;

    internal SessionStore(SqliteFile file) => _file = file;

    /// <summary>One session, or null.</summary>
    public Task<SessionRecord?> FindAsync(SessionName name, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingleOrDefault<SessionRecord>(Sql.ByName, new { name }), cancellationToken);

    /// <summary>The session whose newest archive has this directory, or null.</summary>
    public Task<SessionRecord?> FindByDirectoryAsync(string directoryCid, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QueryFirstOrDefault<SessionRecord>(Sql.ByDirectory, new { directoryCid }), cancellationToken);

    /// <summary>The runs of another program in a folder of its own, the earliest told start first.</summary>
    /// <param name="source">The watched folder.</param>
    /// <param name="folder">The run's folder below it.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public Task<IReadOnlyList<SessionRecord>> RunsAsync(string source, RawName folder, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<SessionRecord>>(
            db => db.Query<SessionRecord>(Sql.Runs, new { source, folder }).AsList(), cancellationToken);

    /// <summary>What users call those of some sessions that are runs of their programs; the others are not in it.</summary>
    public Task<IReadOnlyDictionary<SessionName, string>> LabelsAsync(
        IEnumerable<SessionName> names, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyDictionary<SessionName, string>>(
            db => db.Query<SessionRecord>(Sql.Labelled, new { names = names.Distinct().Select(n => n.Value) })
                .ToDictionary(s => s.Name, s => s.Label), cancellationToken);

    /// <summary>All sessions, newest first.</summary>
    public Task<IReadOnlyList<SessionRecord>> ListAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<SessionRecord>>(db => db.Query<SessionRecord>(Sql.All).AsList(), cancellationToken);

    /// <summary>
    /// Sessions whose newest archive lacks frames that have a CID, has one that was discarded since, or is older than their end: those are
    /// due for the next one.
    /// </summary>
    public Task<IReadOnlyList<SessionRecord>> DueForArchiveAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<SessionRecord>>(db => db.Query<SessionRecord>(Sql.Due).AsList(), cancellationToken);

    /// <summary>
    /// Sessions whose newest archive tells other private facts of headers than it should, and has some to tell; newest first. Those of
    /// versions that held nothing back are among them until they are made anew.
    /// </summary>
    public Task<IReadOnlyList<SessionRecord>> TellingOtherwiseAsync(
        IEnumerable<PrivateFact> publish, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<SessionRecord>>(
            db => db.Query<SessionRecord>(Sql.TellingOtherwise, new { published = PublishedHeaders.Written(publish) }).AsList(),
            cancellationToken);

    /// <summary>
    /// Records that no archive tells otherwise, as <see cref="TellingOtherwiseAsync"/> just found: it need not look through frames again.
    /// </summary>
    public async Task NoneTellsOtherwiseAsync(IEnumerable<PrivateFact> publish, CancellationToken cancellationToken)
    {
        var published = PublishedHeaders.Written(publish);
        if (await _file.ReadAsync(db => db.ExecuteScalar<bool>(Sql.IsUnsettled, new { published }), cancellationToken))
            await _file.WriteRelaxedAsync(db => db.Execute(Sql.Settle, new { published }) > 0, cancellationToken);
    }

    /// <summary>How many frames of each session are where, newest session first.</summary>
    /// <param name="countThisMachine">Whether a proof from this machine counts, as in <c>wanda demo</c> alone.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public Task<IReadOnlyList<SessionCounts>> CountsAsync(bool countThisMachine, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<SessionCounts>>(
            db => db.Query<SessionCounts>(Sql.Counts, new { countThisMachine }).AsList(), cancellationToken);

    /// <summary>How much each of the newest sessions has brought, and what of it a destination did not take yet; newest first.</summary>
    public Task<IReadOnlyList<SessionVolume>> VolumesAsync(string destination, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<SessionVolume>>(
            db => db.Query<SessionVolume>(Sql.Volumes, new { destination, limit }).AsList(), cancellationToken);

    /// <summary>How many frames of a session, discarded ones aside, have no CID yet.</summary>
    public Task<int> UnaddedFramesAsync(SessionName name, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<int>(Sql.Unadded, new { name }), cancellationToken);

    /// <summary>How long a session's journal was when all of it was known here; null when that is not on record.</summary>
    public Task<long?> JournalBytesAsync(SessionName name, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<long?>(Sql.JournalBytes, new { name }), cancellationToken);

    /// <summary>
    /// All lines of a session's journal, up to this length, are known here. A power cut may take that: it is read again then.
    /// </summary>
    public Task JournalReadAsync(SessionName name, long bytes, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(db => db.Execute(Sql.JournalRead, new { name, bytes }), cancellationToken);

    private static class Sql
    {
        public const string JournalBytes = "SELECT journal_bytes FROM sessions WHERE name = @name";
        public const string JournalRead =
            "UPDATE sessions SET journal_bytes = @bytes WHERE name = @name AND journal_bytes IS NOT @bytes";

        public const string ByName = "SELECT * FROM sessions_with_archive WHERE name = @name";
        public const string ByDirectory = "SELECT * FROM sessions_with_archive WHERE directory_cid = @directoryCid";
        public const string All = "SELECT * FROM sessions_with_archive ORDER BY started_at DESC, name DESC";

        public const string Runs = "SELECT * FROM sessions WHERE source = @source AND folder = @folder ORDER BY run_at, name";
        public const string Labelled = "SELECT name, folder FROM sessions WHERE folder IS NOT NULL AND name IN @names";

        public const string Unadded = """
            SELECT count(*) FROM captures WHERE session = @name AND cid IS NULL AND discarded_at IS NULL AND file_lost_at IS NULL
            """;

        public const string Due = """
            SELECT * FROM sessions_with_archive s
            WHERE s.archived_frames < (SELECT count(*) FROM captures c WHERE c.session = s.name AND c.cid IS NOT NULL AND c.discarded_at IS NULL)
               OR s.ended_at > s.archived_at
               OR EXISTS (SELECT 1 FROM captures c WHERE c.session = s.name AND c.discarded_at >= s.archived_at AND c.cid IS NOT NULL)
            ORDER BY s.started_at
            """;

        public static readonly string TellingOtherwise = $"""
            SELECT * FROM sessions_with_archive s
            WHERE s.directory_cid IS NOT NULL AND s.published IS NOT @published
              AND EXISTS (SELECT 1 FROM captures c WHERE c.session = s.name AND {PublishedHeaders.HasPrivate("c.metadata")})
            ORDER BY s.started_at DESC
            """;

        public const string IsUnsettled = "SELECT EXISTS (SELECT 1 FROM archives WHERE published IS NOT @published)";
        public const string Settle = "UPDATE archives SET published = @published WHERE published IS NOT @published";

        public const string Volumes = """
            SELECT s.name AS session, s.kind, s.ended_at, count(c.id) AS frames, coalesce(sum(coalesce(c.dag_bytes, c.size_bytes)), 0) AS bytes,
                   count(c.id) - count(p.subject) AS waiting
            FROM (SELECT * FROM sessions ORDER BY started_at DESC, name DESC LIMIT @limit) s
            LEFT JOIN captures c ON c.session = s.name AND c.discarded_at IS NULL
            LEFT JOIN pins p ON p.subject = c.id AND p.destination = @destination AND p.cid = c.cid
            GROUP BY s.name ORDER BY s.started_at DESC, s.name DESC
            """;

        public static readonly string Counts = $"""
            SELECT c.session,
                   count(*) AS frames,
                   count(c.cid) AS added,
                   sum(c.preview <> 'Pending') AS previewed,
                   sum(EXISTS (SELECT 1 FROM proofs p WHERE {CopyRule.Counts})) AS proven,
                   count(c.released_at) AS released,
                   sum(c.size_bytes) AS bytes
            FROM captures c JOIN sessions s ON s.name = c.session
            WHERE c.discarded_at IS NULL
            GROUP BY c.session ORDER BY s.started_at DESC, s.name DESC
            """;
    }
}
