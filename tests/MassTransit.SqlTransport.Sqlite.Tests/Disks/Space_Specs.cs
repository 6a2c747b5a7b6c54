using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

/// <summary>The room that a queue file takes follows what is in it.</summary>
public sealed class Space_Specs : IDisposable
{
    private const int Row = 100_000;

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public Space_Specs() => _path = _folder.File("q.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_drained_backlog_took_goes_back_to_the_file_system_at_rest()
    {
        await using var file = await OpenAsync(idleAfter: TimeSpan.FromMilliseconds(20));
        for (var n = 0; n < 200; n++)
            await InsertAsync(file);
        await Wait.Until(() => Length(_path) > 200L * Row, "the backlog in the file");
        await file.WriteAsync(c => ((SqliteFileConnection)c).Run("DELETE FROM row"), default);
        // A little stays for the next burst.
        await Wait.Until(() => Length(_path) < 50L * Row, "the room");
        await Wait.Until(() => Length(_path + "-wal") == 0, "the log's room");
    }

    [Fact]
    public async Task The_log_stays_bounded_under_load_beside_readers_that_follow_one_another_without_a_gap()
    {
        await using var file = await OpenAsync(checkpointEvery: 256 << 10);
        using var stop = new CancellationTokenSource();
        // Each begins before the one before has ended: at no moment is there no reader.
        var readers = Enumerable.Range(0, 2).Select(n => Task.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50 * n), TimeProvider.System);
            while (!stop.IsCancellationRequested)
                await file.ReadAsync(c => Read(c, TimeSpan.FromMilliseconds(100)), default);
        })).ToList();
        long longest = 0;
        for (var n = 0; n < 200; n++)
        {
            await InsertAsync(file);
            longest = Math.Max(longest, Length(_path + "-wal"));
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.InRange(longest, 1, 8 << 20); // 20 MB were written
    }

    [Fact]
    public async Task A_log_that_grew_beside_a_reader_who_stayed_is_cut_when_the_reader_is_gone()
    {
        await using var file = await OpenAsync(checkpointEvery: 256 << 10);
        using var end = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        var reader = file.ReadAsync(c =>
        {
            var count = Count(c);
            begun.SetResult();
            end.Wait(TimeSpan.FromSeconds(20));
            Assert.Equal(count, Count(c)); // one snapshot
            return 0;
        }, default);
        await begun.Task;
        for (var n = 0; n < 50; n++)
            await InsertAsync(file);
        Assert.True(Length(_path + "-wal") > 50L * Row);
        end.Set();
        await reader;
        for (var n = 0; n < 5; n++)
            await InsertAsync(file);
        Assert.InRange(Length(_path + "-wal"), 0, 2 << 20);
    }

    private async Task<SqliteFile> OpenAsync(long checkpointEvery = 4 << 20, TimeSpan? idleAfter = null)
    {
        var file = await SqliteFile.OpenAsync(new SqliteFileOptions
        {
            Path = _path,
            CheckpointEvery = checkpointEvery,
            IdleAfter = idleAfter ?? TimeSpan.FromSeconds(2),
        }, TimeProvider.System, default);
        await file.MigrateAsync(["CREATE TABLE row (id INTEGER PRIMARY KEY, filling BLOB NOT NULL) STRICT"], default);
        return file;
    }

    private static Task InsertAsync(SqliteFile file) =>
        file.WriteAsync(c => c.Statement("INSERT INTO row (filling) VALUES (zeroblob(?1))").Bind(1, Row).Execute(), default);

    private static int Read(SqliteConnection connection, TimeSpan time)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < time)
            Count(connection);
        return 0;
    }

    private static long Count(SqliteConnection connection) => ((SqliteFileConnection)connection).Number("SELECT count(*) FROM row");

    private static long Length(string path) => new FileInfo(path).Length;
}
