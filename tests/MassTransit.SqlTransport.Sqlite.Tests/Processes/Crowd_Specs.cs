namespace MassTransit.SqlTransport.Sqlite.Tests.Processes;

[Trait("Rerun", "Never")]
public sealed class Crowd_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The child's thread pool has a thread for each of two processors, and makes no others because they are blocked: what takes one for good is seen.</summary>
    [Fact]
    public async Task Queues_whose_every_place_is_taken_hold_up_no_other_queue()
    {
        await using var child = await ChildProcess.StartAsync("crowd", _folder.File("q.db"),
            ("DOTNET_PROCESSOR_COUNT", "2"), ("DOTNET_ThreadPool_DisableStarvationDetection", "1"));
        try
        {
            // One that waited longer than its lock comes again.
            await Wait.Until(() => child.Said.Distinct().Count() == 20, "the other queue's messages");
            Assert.Equal(Enumerable.Range(0, 20), child.Said.Distinct().Order());
        }
        finally
        {
            await child.KillAsync(); // what waits for ever does not stop by itself
        }
    }

    [Fact]
    public async Task A_receiver_that_ends_takes_its_thread_along()
    {
        await using var child = await ChildProcess.StartAsync("threads", _folder.File("q.db"));
        await Wait.Until(() => child.SaidCount == 2, "an endpoint to come and go");
        Assert.Equal([1, 0], child.Said);
    }
}
