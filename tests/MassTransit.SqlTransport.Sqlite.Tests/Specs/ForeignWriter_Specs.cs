using Microsoft.Data.Sqlite;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

/// <summary>
/// Somebody else who writes to the queue's file: a shell, or an ORM that was pointed at it. It knows nothing of the transport's locks.
/// </summary>
public sealed class ForeignWriter_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_that_holds_the_file_delays_a_publish_and_fails_it_after_the_lock_timeout()
    {
        var path = _folder.File("q.db");
        await using var bus = await TestBus.StartAsync(path, options: "Lock Timeout=1",
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(_ => Task.CompletedTask)));
        await bus.Bus.Publish(new Ping(1));

        await using var foreign = new SqliteConnection($"Data Source={path};Pooling=False");
        await foreign.OpenAsync();
        await ExecuteAsync("BEGIN IMMEDIATE; CREATE TABLE theirs (x)");
        var error = await Assert.ThrowsAsync<SqliteTransportException>(() => bus.Bus.Publish(new Ping(2)));
        Assert.Equal((SqliteTransportFailure.Locked, true), (error.Failure, error.IsTransient));
        var delayed = bus.Bus.Publish(new Ping(3));
        await ExecuteAsync("COMMIT");

        await Wait.Until(async () => delayed.IsCompletedSuccessfully
            || await Record.ExceptionAsync(() => bus.Bus.Publish(new Ping(3))) is null, "a publish");
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted > 1, "what came after it");
        await Record.ExceptionAsync(() => delayed);

        async Task ExecuteAsync(string sql)
        {
            await using var command = foreign.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }
}
