using System.Diagnostics;
using MassTransit.SqlTransport.Sqlite.Tests.Package;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

/// <summary>Somebody deletes, moves or replaces the file under a bus that runs.</summary>
public sealed class Replaced_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public Replaced_Specs() => _path = _folder.File("q.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_is_moved_away_takes_no_message_and_all_goes_on_when_it_is_back()
    {
        await using var bus = await StartAsync();
        await bus.Bus.Publish(new Ping(1));
        // Else it might be in somebody's hand when the file goes, and come again when its lock ends.
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 1, "the first");
        File.Move(_path, _folder.File("away.db"));
        await ReplacedAsync(() => bus.Bus.Publish(new Ping(2)));
        await ReplacedAsync(() => bus.Queues.ListAsync());
        await ReplacedAsync(() => bus.Queues.PauseAsync("one", "later"));
        await Wait.Until(async () => (await CheckAsync(bus)).Status == HealthStatus.Unhealthy, "unhealthy");
        Assert.Contains("Move it back", (await CheckAsync(bus)).Exception!.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_path));
        File.Move(_folder.File("away.db"), _path);
        await Wait.Until(async () => (await CheckAsync(bus)).Status == HealthStatus.Healthy, "healthy again");
        await bus.Bus.Publish(new Ping(3));
        await Wait.Until(() => Seen(bus).Count == 2, "the messages");
        Assert.Equal([1, 3], Seen(bus).Order());
    }

    [Fact]
    public async Task A_bus_at_rest_tells_of_a_deleted_file_what_it_held_can_be_saved_until_it_stops_and_a_new_start_makes_another()
    {
        var rescued = _folder.File("rescued.db");
        await using (var bus = await StartAsync())
        {
            await bus.Queues.PauseAsync("one", "to be counted");
            for (var n = 0; n < 30; n++)
                await bus.Bus.Publish(new Ping(n, new string('x', 20_000)));
            foreach (var file in Directory.GetFiles(_folder.Path, "q.db*"))
                File.Delete(file);
            await Wait.Until(
                async () => await CheckAsync(bus) is
                {
                    Status: HealthStatus.Unhealthy,
                    Exception: SqliteTransportException { Failure: SqliteTransportFailure.Replaced }
                }, "unhealthy");
            await ReplacedAsync(() => bus.Bus.Publish(new Ping(30)));
            await RescueAsync(rescued);
        }

        Assert.False(File.Exists(_path));
        await using (var queues = new SqliteQueues(rescued))
            Assert.Equal(30, (await queues.PeekAsync("one", SqliteQueuePart.Ready, limit: 100)).Count);
        await using var again = await StartAsync();
        await again.Bus.Publish(new Ping(2));
        await Wait.Until(() => Seen(again).Count == 1, "the message");
    }

    [Fact]
    public async Task A_backup_that_is_put_in_its_place_is_left_alone_and_is_whole_after_a_new_start()
    {
        var backup = _folder.File("backup.db");
        await using (var bus = await StartAsync())
        {
            await bus.Queues.PauseAsync("one", "for the backup");
            for (var n = 0; n < 50; n++)
                await bus.Bus.Publish(new Ping(n));
            await DocsSample.BackUpAsync(_path, backup, default);
            for (var n = 50; n < 100; n++)
                await bus.Bus.Publish(new Ping(n, new string('x', 20_000)));
            var before = await File.ReadAllBytesAsync(backup);
            Assert.True(new FileInfo(_path + "-wal").Length > 0); // which SQLite would take for the backup's
            File.Move(backup, _path, overwrite: true);
            var error = await ReplacedAsync(() => bus.Bus.Publish(new Ping(100)));
            Assert.Contains("Stop every program", error.Message, StringComparison.Ordinal);
            Assert.Equal(before, await File.ReadAllBytesAsync(_path));
        }

        await using (var file = await SqliteFile.OpenAsync(new() { Path = _path }, TimeProvider.System, default))
        {
            Assert.Equal(1, await file.ReadAsync(
                c => ((SqliteFileConnection)c).Number("SELECT integrity_check = 'ok' FROM pragma_integrity_check"), default));
        }

        await using var queues = new SqliteQueues(_path);
        Assert.Equal(50, (await queues.FindAsync("one"))!.Ready);
        var bodies = await queues.PeekAsync("one", SqliteQueuePart.Ready, limit: 100);
        Assert.Equal(Enumerable.Range(0, 50), bodies.Select(message => TransportClient.Number(message.Body.Span)));
    }

    // As an operator does, from another process: a handle of ours, closed, would drop SQLite's locks. The log first: at rest the bus moves
    // it into the file.
    private async Task RescueAsync(string target)
    {
        foreach (var suffix in (string[])["-wal", ""])
        {
            var held = Directory.GetFiles("/proc/self/fd").First(fd => new FileInfo(fd).LinkTarget == $"{_path}{suffix} (deleted)");
            using var copy = Process.Start("cp", [$"/proc/{Environment.ProcessId}/fd/{Path.GetFileName(held)}", target + suffix]);
            await copy.WaitForExitAsync();
            Assert.Equal(0, copy.ExitCode);
            Assert.Equal($"{_path}{suffix} (deleted)", new FileInfo(held).LinkTarget); // no other file's number meanwhile
        }
    }

    private async Task<SqliteTransportException> ReplacedAsync(Func<Task> act)
    {
        var error = await Assert.ThrowsAsync<SqliteTransportException>(act);
        Assert.Equal((SqliteTransportFailure.Replaced, _path, false), (error.Failure, error.Path, error.IsTransient));
        return error;
    }

    private Task<TestBus> StartAsync() =>
        TestBus.StartAsync(_path, endpoints: (context, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(m =>
        {
            context.GetRequiredService<Inbox>().Add(m.Message.Number);
            return Task.CompletedTask;
        })));

    private static IReadOnlyList<int> Seen(TestBus bus) => bus.Services.GetRequiredService<Inbox>().Of<int>();

    private static async Task<HealthReportEntry> CheckAsync(TestBus bus) =>
        Assert.Single((await bus.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries).Value;
}
