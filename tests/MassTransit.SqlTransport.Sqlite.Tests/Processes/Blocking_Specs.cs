namespace MassTransit.SqlTransport.Sqlite.Tests.Processes;

[Trait("Rerun", "Never")]
public sealed class Blocking_Specs : IDisposable
{
    private const int Messages = 8;
    private static readonly TimeSpan Lock = TimeSpan.FromSeconds(1); // of the child's endpoint

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// The child's thread pool has four threads and makes no others: its consumers block all of them, for longer than the locks of their
    /// messages last.
    /// </summary>
    [Fact]
    public async Task Consumers_that_block_every_thread_of_the_pool_keep_their_messages()
    {
        var path = _folder.File("q.db");
        await using var child = await ChildProcess.StartAsync("block", path,
            ("DOTNET_PROCESSOR_COUNT", "4"), ("DOTNET_ThreadPool_DisableStarvationDetection", "1"));
        await using var bus = await TestBus.StartAsync(path);
        await bus.Queues.PauseAsync("one", "to be fetched at once");
        var endpoint = await bus.EndpointOf("one");
        for (var n = 0; n < Messages; n++)
            await endpoint.Send(new Ping(n));
        await bus.Queues.ResumeAsync("one");
        var first = await LocksAsync(bus);
        await Wait.Until(async () => (await LocksAsync(bus)).Min() > first.Max() + 2 * Lock, "every lock to be renewed");
        await File.WriteAllTextAsync(path + ".go", "");
        await Wait.Until(
            async () => await bus.Queues.FindAsync("one") is { TotalCompleted: Messages, InFlight: 0, Ready: 0 }, "all to be done");
        await Wait.Until(() => child.SaidCount >= Messages, "the child's words to arrive");
        Assert.Equal(Enumerable.Range(0, Messages), child.Said.Order());
    }

    private static async Task<DateTimeOffset[]> LocksAsync(TestBus bus)
    {
        IReadOnlyList<SqliteQueuedMessage> held = [];
        await Wait.Until(
            async () => (held = await bus.Queues.PeekAsync("one", SqliteQueuePart.InFlight)).Count == Messages, "all to be held");
        return [.. held.Select(m => m.Due!.Value)];
    }
}
