using MassTransit.SqlTransport.Sqlite.Tests.Processes;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

/// <summary>What puts a commit on the disk: a sync of the log's data, through a handle that is the log's.</summary>
[Trait("Rerun", "Never")]
public sealed class LogSync_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task The_kernel_is_asked_for_the_data_of_the_log_before_a_publish_is_told()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere SQLite's own sync is used.");
        var trace = _folder.File("trace");
        int published;
        await using (var child = await ChildProcess.StartTracedAsync("publish", _folder.File("q.db"), trace))
        {
            await Wait.Until(() => child.SaidCount > 20, "publishes");
            published = child.Said.Count;
        }

        var syncs = await CountAsync(trace, "fdatasync", "q.db-wal");
        Assert.True(syncs >= published, $"{published} publishes were told, the log was synced {syncs} times.");
    }

    [SkippableFact]
    public async Task The_kernel_is_asked_for_the_data_of_the_database_after_each_checkpoint_but_the_first()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere SQLite's own sync is used.");
        var (path, trace) = (_folder.File("q.db"), _folder.File("trace"));
        await using (var file = await SqliteFile.OpenAsync(Churn.Options(path), TimeProvider.System, default))
            await file.MigrateAsync(Churn.Schema, default);
        await using (var child = await ChildProcess.StartTracedAsync("churn", path, trace))
            await Wait.Until(() => child.SaidCount > 200, "rows, and with them checkpoints");
        // The first sync is SQLite's own, of the file's times as well.
        Assert.Equal(1, await CountAsync(trace, "fsync", "q.db"));
        Assert.InRange(await CountAsync(trace, "fdatasync", "q.db"), 5, int.MaxValue);
    }

    private static async Task<int> CountAsync(string trace, string call, string file) => (await File.ReadAllLinesAsync(trace)).Count(
        line => line.Contains($" {call}(", StringComparison.Ordinal) && line.Contains($"/{file}>", StringComparison.Ordinal));

    [SkippableTheory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_log_that_was_deleted_or_replaced_fails_the_write_and_says_so(bool syncBeside, bool replaced)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Windows lets nobody delete an open file, and macOS has SQLite's own handle alone.");
        var path = _folder.File("q.db");
        await using var file = await SqliteFile.OpenAsync(new SqliteFileOptions
        {
            Path = path,
            SyncBeside = syncBeside,
            LockTimeout = TimeSpan.FromSeconds(2),
        }, TimeProvider.System, default);
        await file.MigrateAsync(["CREATE TABLE number (n INTEGER PRIMARY KEY) STRICT"], default);
        await InsertAsync(1);
        File.Delete(path + "-wal");
        if (replaced)
            File.Copy(path, path + "-wal"); // anything
        var error = await Assert.ThrowsAsync<SqliteFileException>(() => InsertAsync(2));
        Assert.Equal(SqliteFailure.Io, error.Failure);
        Assert.Contains("q.db-wal was deleted or replaced", error.Message, StringComparison.Ordinal);

        Task InsertAsync(int n) => file.WriteAsync(c => c.Statement("INSERT INTO number VALUES (?1)").Bind(1, n).Execute(), default);
    }
}
