using MassTransit.SqlTransport.Sqlite.Tests.Portable;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Processes;

/// <summary>What killed processes leave in the file goes without anybody's help.</summary>
[Trait("Rerun", "Never")]
public sealed class Leftovers_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public Leftovers_Specs() => _path = _folder.File("q.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_socket_of_a_killed_process_is_forgotten_by_the_next_who_calls_it()
    {
        await using (await StartAsync())
        {
        }

        await using (var child = await ChildProcess.StartAsync("consume", _path))
        {
            await Wait.Until(async () => await ListenersAsync() == 1, "it listens");
            await child.KillAsync();
        }

        Assert.Equal(1, await ListenersAsync());
        await using var bus = await StartAsync();
        await bus.Bus.Publish(new Ping(1));
        await Wait.Until(async () => await ListenersAsync() == 1, "only the living to be listed");
    }

    [Fact]
    public async Task A_name_that_nobody_can_have_is_forgotten_like_that_of_the_dead()
    {
        var kind = PortableRun.Asked is "pipes" ? "sqlite-pipe-" : "sqlite-queue-";
        await using var bus = await StartAsync();
        await Wait.Until(async () => await ListenersAsync() == 1, "it listens");
        await using (var file = await SqliteFile.OpenAsync(new() { Path = _path }, TimeProvider.System, default))
        {
            await file.WriteAsync(
                c => c.Statement("INSERT INTO listener VALUES (?1)").Bind(1, kind + new string('x', 300)).Execute(), default);
        }

        await bus.Bus.Publish(new Ping(1));
        await Wait.Until(async () => await ListenersAsync() == 1, "only the living to be listed");
    }

    [Fact]
    public async Task The_temporary_queue_of_a_killed_process_goes_when_its_time_is_over()
    {
        await using var bus = await StartAsync();
        await using (var child = await ChildProcess.StartAsync("temporary", _path))
        {
            await bus.Bus.Publish(new Ping(1));
            await Wait.Until(() => child.Said.Count > 0, "the message");
            await child.KillAsync();
        }

        await bus.Bus.Publish(new Ping(2)); // it still collects
        Assert.Equal(2, (await bus.Queues.FindAsync("gone"))!.TotalEnqueued);
        await Wait.Until(async () => await bus.Queues.FindAsync("gone") is null, "the queue to go");
        await using var file = await SqliteFile.OpenAsync(new() { Path = _path }, TimeProvider.System, default);
        await Wait.Until(
            async () => await file.ReadAsync(c => ((SqliteFileConnection)c).Number("SELECT count(*) FROM message"), default) == 0,
            "its messages to go with it");
    }

    [Fact]
    public async Task A_receiver_that_was_not_woken_finds_its_messages_by_polling()
    {
        await using var bus = await StartAsync();
        await Wait.Until(async () => await ListenersAsync() == 1, "it listens");
        // Now nobody can call it.
        await using (var file = await SqliteFile.OpenAsync(new() { Path = _path }, TimeProvider.System, default))
            await file.WriteAsync(c => ((SqliteFileConnection)c).Run("DELETE FROM listener"), default);
        await using var child = await ChildProcess.StartAsync("publish", _path);
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted > 10, "the messages");
    }

    private Task<TestBus> StartAsync() => TestBus.StartAsync(_path, endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
    {
        e.PollingInterval = TimeSpan.FromMilliseconds(200);
        e.Handler<Ping>(_ => Task.CompletedTask);
    }), sqlite: host => host.QueueCleanupInterval = TimeSpan.FromMilliseconds(200));

    private async Task<long> ListenersAsync()
    {
        await using var file = await SqliteFile.OpenAsync(new() { Path = _path }, TimeProvider.System, default);
        return await file.ReadAsync(c => ((SqliteFileConnection)c).Number("SELECT count(*) FROM listener"), default);
    }
}
