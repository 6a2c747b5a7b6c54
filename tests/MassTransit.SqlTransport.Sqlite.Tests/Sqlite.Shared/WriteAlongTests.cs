using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Shared;

/// <summary>Notes that nobody waits for go along with somebody's write, and are not kept for ever when there is none.</summary>
public sealed class WriteAlongTests : IDisposable
{
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);
    private readonly TemporaryFolder _folder = new();
    private int _commits;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Notes_go_along_with_the_next_write_and_cost_no_commit()
    {
        await using var file = await OpenAsync(Never);
        var before = _commits;
        file.WriteAlong(db => Add(db, 1));
        file.WriteAlong(db => Add(db, 2));
        await file.WriteAsync(db => Add(db, 3), default);
        Assert.Equal(1, _commits - before);
        Assert.Equal([1, 2, 3], await NumbersAsync(file));
    }

    [Fact]
    public async Task A_note_that_nobody_takes_along_goes_by_itself()
    {
        await using var file = await OpenAsync(TimeSpan.FromMilliseconds(20));
        file.WriteAlong(db => Add(db, 1));
        await Eventually.HoldsAsync(async () => (await NumbersAsync(file)).Count == 1, "the note to be written");
    }

    [Fact]
    public async Task A_note_is_written_when_the_file_is_closed()
    {
        var file = await OpenAsync(Never);
        file.WriteAlong(db => Add(db, 1));
        await file.DisposeAsync();
        await using var again = await OpenAsync(Never);
        Assert.Equal([1], await NumbersAsync(again));
    }

    [Fact]
    public async Task A_note_that_fails_fails_nobody()
    {
        await using var file = await OpenAsync(Never);
        file.WriteAlong(_ => throw new InvalidDataException());
        await file.WriteAsync(db => Add(db, 1), default);
        Assert.Equal([1], await NumbersAsync(file));
    }

    private async Task<SqliteFile> OpenAsync(TimeSpan alongAfter)
    {
        var options = new SqliteFileOptions
        {
            Path = _folder.File("test.db"),
            AlongAfter = alongAfter,
            Committed = _ => _commits++,
        };
        var file = await SqliteFile.OpenAsync(options, TimeProvider.System, default);
        await file.WriteAsync(db => { Execute(db, "CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY)"); }, default);
        return file;
    }

    private static void Add(SqliteConnection db, int number) => Execute(db, $"INSERT INTO t VALUES ({number})");

    private static void Execute(SqliteConnection db, string sql)
    {
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static Task<List<long>> NumbersAsync(SqliteFile file) => file.ReadAsync(db =>
    {
        using var command = db.CreateCommand();
        command.CommandText = "SELECT n FROM t ORDER BY n";
        using var reader = command.ExecuteReader();
        var numbers = new List<long>();
        while (reader.Read())
            numbers.Add(reader.GetInt64(0));
        return numbers;
    }, default);
}
