using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Processes;

[Trait("Rerun", "Never")]
public sealed class Race_Specs : IDisposable
{
    private const int Processes = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public Race_Specs() => _path = _folder.File("race.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Processes_that_write_checkpoint_and_die_leave_a_whole_file_and_take_turns()
    {
        // TEST_LONG: for minutes, which is what the race in SQLite needs.
        var (kills, rows) = Environment.GetEnvironmentVariable("TEST_LONG") is null ? (2, 150) : (40, 500);
        await using var file = await SqliteFile.OpenAsync(Churn.Options(_path), TimeProvider.System, default);
        await file.MigrateAsync(Churn.Schema, default);
        var running = (await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => ChildProcess.StartAsync("churn", _path)))).ToList();
        var acknowledged = 0;
        for (var kill = 0; kill <= kills; kill++)
        {
            await Wait.Until(() => running.All(child => child.SaidCount > rows), "every process to write", TimeSpan.FromMinutes(5));
            if (kill == kills)
                break;
            acknowledged += (await running[0].KillAsync()).Count;
            await running[0].DisposeAsync();
            running.RemoveAt(0);
            running.Add(await ChildProcess.StartAsync("churn", _path));
        }

        foreach (var child in running)
        {
            await child.DisposeAsync();
            acknowledged += child.Said.Count;
        }

        Assert.Equal("ok", await file.ReadAsync(Integrity, default));
        // Whatever was acknowledged is there, each process's rows without a gap.
        Assert.InRange(await Number(file, "SELECT count(*) FROM row"), acknowledged, acknowledged + kills);
        Assert.Equal(0, await Number(file, "SELECT count(*) FROM (SELECT 1 FROM row GROUP BY process HAVING count(*) <> max(n) + 1)"));
        // Fairness counted in turns, not in time: hardly anybody waits while the others go round many times. (SQLite's own backoff lets
        // hundreds pass.)
        var late = await Number(file, $"SELECT waited FROM row ORDER BY waited DESC LIMIT 1 OFFSET (SELECT count(*) / 100 FROM row)");
        Assert.InRange(late, 0, 25 * Processes);
    }

    private static string Integrity(Microsoft.Data.Sqlite.SqliteConnection connection)
    {
        var check = connection.Statement("PRAGMA integrity_check");
        check.Step();
        var answer = check.Text(0)!;
        check.Reset();
        return answer;
    }

    private static Task<long> Number(SqliteFile file, string sql) =>
        file.ReadAsync(connection => ((SqliteFileConnection)connection).Number(sql), default);
}
