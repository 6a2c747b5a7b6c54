namespace MassTransit.SqlTransport.Sqlite.Tests.Processes;

[Trait("Rerun", "Never")]
public sealed class Crowd_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// The child's thread pool has a thread for each of two processors, and makes no others because they are blocked: what takes one for
    /// good is seen.
    /// </summary>
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

    [Theory]
    [InlineData("threads", 1)]
    [InlineData("modest", 0)]
    public async Task A_receiver_brings_a_thread_only_when_asked_and_takes_it_along_when_it_ends(string verb, int threads)
    {
        await using var child = await ChildProcess.StartAsync(verb, _folder.File("q.db"));
        await Wait.Until(() => child.SaidCount == 2, "an endpoint to come and go");
        Assert.Equal([threads, 0], child.Said);
    }
}
