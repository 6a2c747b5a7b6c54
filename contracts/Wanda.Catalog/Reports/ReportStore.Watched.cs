using Dapper;
using Wanda.Contracts;

namespace Wanda.Catalog;

/// <summary>A file of a watched folder in its newest version.</summary>
public sealed record WatchedName
{
    /// <summary>The capture that it was taken as.</summary>
    public CaptureId Id { get; init; }

    /// <summary>Where it lies or lay below the watched folder.</summary>
    public RawName SourcePath { get; init; } = null!;

    /// <summary>When it was taken, UTC.</summary>
    public DateTimeOffset TakenAt { get; init; }
}

public sealed partial class ReportStore
{
    /// <summary>
    /// The frames and videos that a folder of a watched one has or had, each name in its newest version, whether it is here or not; newest
    /// first. What lies in folders below is not among them.
    /// </summary>
    /// <param name="source">The watched folder.</param>
    /// <param name="folder">The folder below it; null for itself.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public Task<IReadOnlyList<WatchedName>> NamesAsync(
        string source, RawName? folder, int limit, CancellationToken cancellationToken)
    {
        // All that begins with "folder/", by the index; what comes after the slash in order is the digit 0.
        var low = folder is null ? [] : (byte[])[.. folder.Bytes.Span, (byte)'/'];
        var high = folder is null ? null : (byte[])[.. folder.Bytes.Span, (byte)'0'];
        var sql = folder is null ? Sql.NamesOfRoot : Sql.NamesOfFolder;
        return _file.ReadAsync<IReadOnlyList<WatchedName>>(
            db => db.Query<WatchedName>(sql, new { source, low, high, from = low.Length + 1, limit }).AsList(), cancellationToken);
    }

    /// <summary>The folders that lie or lay in a watched one, by their names' bytes, at most so many.</summary>
    public Task<IReadOnlyList<RawName>> FoldersAsync(string source, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<RawName>>(db => db.Query<RawName>(Sql.Folders, new { source, limit }).AsList(), cancellationToken);

    /// <summary>The newest version of a watched file, or null.</summary>
    public async Task<FrameRow?> NamedAsync(string source, RawName path, bool countThisMachine, CancellationToken cancellationToken) =>
        (await RowsAsync($"{Sql.Frame} {Sql.IsNamed}", new { source, path, countThisMachine }, cancellationToken)).FirstOrDefault();

    /// <summary>Frames by their ids, newest first.</summary>
    public Task<IReadOnlyList<FrameRow>> FramesAsync(
        IEnumerable<CaptureId> ids, bool countThisMachine, CancellationToken cancellationToken) =>
        RowsAsync($"{Sql.Frame} WHERE c.id IN @ids ORDER BY c.id DESC", new { ids = ids.Select(i => i.ToString()), countThisMachine },
            cancellationToken);

    /// <summary>The sessions that are called so, or that have frames of a folder that is; newest first. Looks through all frames.</summary>
    public Task<IReadOnlyList<SessionRow>> RunsAsync(string name, bool countThisMachine, CancellationToken cancellationToken) =>
        SessionRowsAsync(Sql.Runs, new { name, folder = Folder(name), countThisMachine }, cancellationToken);

    /// <summary>The newest of them, as far as one of the newest frames is of it; of any session when there is no name.</summary>
    public async Task<SessionRow?> NewestRunAsync(string? name, bool countThisMachine, CancellationToken cancellationToken) =>
        (await SessionRowsAsync(name is null ? Sql.NewestSession : Sql.NewestRun, new { name, folder = Folder(name), countThisMachine },
            cancellationToken)).FirstOrDefault();

    // A name that is none of a folder is none that a frame can be in.
    private static RawName Folder(string? name) =>
        name is { Length: > 0 and < RawName.MaxBytes / 4 } && !name.Contains('\0') ? RawName.FromText(name) : RawName.FromText("/");

    private static partial class Sql
    {
        private const string Names = """
            SELECT id, source_path, taken_at FROM captures
            WHERE source_path IS NOT NULL AND source = @source AND kind <> 'Sidecar' AND discarded_at IS NULL
            """;

        private const string AsNames = "ORDER BY taken_at DESC, id DESC LIMIT @limit";

        public const string NamesOfRoot = $"{Names} AND instr(source_path, x'2f') = 0 {AsNames}";
        public const string NamesOfFolder = $"""
            {Names} AND source_path >= @low AND source_path < @high AND instr(substr(source_path, @from), x'2f') = 0 {AsNames}
            """;

        // What lies beside the pictures counts too: a folder stays when they go.
        public const string Folders = """
            SELECT DISTINCT substr(source_path, 1, instr(source_path, x'2f') - 1) AS folder FROM captures
            WHERE source_path IS NOT NULL AND source = @source AND discarded_at IS NULL AND instr(source_path, x'2f') > 1
            ORDER BY folder LIMIT @limit
            """;

        public const string IsNamed =
            "WHERE c.source_path = @path AND c.source = @source AND c.discarded_at IS NULL ORDER BY c.id DESC LIMIT 1";

        public const string Runs =
            "SELECT name FROM sessions WHERE name = @name UNION SELECT session FROM captures WHERE folder = @folder";

        public const string NewestSession = "SELECT session FROM captures WHERE id = (SELECT max(id) FROM captures)";

        // By the primary key alone, as the newest of a stem.
        public const string NewestRun = """
            SELECT session FROM captures
            WHERE id = (SELECT max(id) FROM captures
                        WHERE id IN (SELECT id FROM captures ORDER BY id DESC LIMIT 2000) AND (session = @name OR folder = @folder))
            """;
    }
}
