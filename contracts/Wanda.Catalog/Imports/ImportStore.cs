using Dapper;
using Sqlite.Shared;

namespace Wanda.Catalog;

/// <summary>
/// Imports: what an operator asked for, and how far each is. The asking is committed before it is confirmed; the figures are not waited
/// for, and are found out again after a crash.
/// </summary>
public sealed class ImportStore
{
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal ImportStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>Asks for an import. One of this folder that is open already is that one.</summary>
    /// <returns>It.</returns>
    public Task<ImportRecord> AskAsync(string path, string? preset, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        var open = db.QuerySingleOrDefault<ImportRecord>(Sql.OpenAt, new { path });
        return open ?? db.QuerySingle<ImportRecord>(Sql.Ask, new { path, preset, at = _time.GetUtcNow() });
    }, cancellationToken);

    /// <summary>The oldest that is open; null when none is.</summary>
    public Task<ImportRecord?> NextAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QueryFirstOrDefault<ImportRecord>(Sql.Next), cancellationToken);

    /// <summary>All of them, newest first.</summary>
    public Task<IReadOnlyList<ImportRecord>> ListAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<ImportRecord>>(db => db.Query<ImportRecord>(Sql.All).AsList(), cancellationToken);

    /// <summary>How far an import is. False when it is open no more.</summary>
    public Task<bool> ProgressAsync(ImportRecord import, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(
        db => db.Execute(Sql.Progress, new
        {
            import.Id,
            import.Found,
            import.FoundBytes,
            import.Taken,
            import.Known,
            import.Refused,
            import.Left,
            import.DoneBytes,
            import.Position,
            wait = import.Wait?.ToString(),
            import.Detail,
        }) == 1,
        cancellationToken);

    /// <summary>Ends an import. False when it was open no more.</summary>
    public Task<bool> EndAsync(long id, ImportState state, CancellationToken cancellationToken) => _file.WriteAsync(
        db => db.Execute(Sql.End, new { id, state = state.ToString(), at = _time.GetUtcNow() }) == 1, cancellationToken);

    private static class Sql
    {
        public const string OpenAt = "SELECT * FROM imports WHERE path = @path AND state = 'Open'";
        public const string Ask = "INSERT INTO imports (path, preset, asked_at) VALUES (@path, @preset, @at) RETURNING *";
        public const string Next = "SELECT * FROM imports WHERE state = 'Open' ORDER BY id LIMIT 1";
        public const string All = "SELECT * FROM imports ORDER BY id DESC LIMIT 200";

        public const string Progress = """
            UPDATE imports SET found = @Found, found_bytes = @FoundBytes, taken = @Taken, known = @Known, refused = @Refused,
                "left" = @Left, done_bytes = @DoneBytes, position = @Position, wait = @wait, detail = @Detail
            WHERE id = @Id AND state = 'Open'
            """;

        public const string End = """
            UPDATE imports SET state = @state, ended_at = @at, wait = NULL, detail = NULL WHERE id = @id AND state = 'Open'
            """;
    }
}
