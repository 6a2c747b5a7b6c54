using Wanda.Hosting;

namespace Wanda.Ops.Tests.Queues;

public sealed class QueueTests : IAsyncLifetime
{
    private readonly QueueSeed.Refusal _refusal = new() { Cause = "its file changed" };
    private TestNode _node = null!;
    private QueueSeed _bus = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.CreateAsync();
        _bus = await QueueSeed.StartAsync(_node, _refusal);
    }

    public async Task DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task A_stuck_message_is_shown_with_its_frame_and_its_cause()
    {
        var capture = await _node.SaveAsync();
        await _bus.RefuseAsync(_node, capture);
        var detail = (await _node.Get<QueueQuery>().FindAsync(QueueNames.IpfsAdd, default))!;
        Assert.Equal(("computing CIDs", "stuck", 1L, Alarm.Trouble), (detail.Queue.Does, detail.Queue.State, detail.Queue.Stuck, detail.Queue.Alarm));
        var work = Assert.Single(detail.Stuck);
        Assert.Equal((capture.Id.ToString(), "m42/1", "CaptureSaved", "its file changed"), (work.CaptureId, work.Frame, work.Message, work.Cause));
    }

    [Fact]
    public async Task Retrying_one_message_leaves_the_others()
    {
        await _bus.RefuseAsync(_node, await _node.SaveAsync(), await _node.SaveAsync());
        _refusal.Cause = null;
        var one = (await _node.Get<QueueQuery>().FindAsync(QueueNames.IpfsAdd, default))!.Stuck[0];
        Assert.True(await _node.Get<QueueCommands>().RetryAsync(QueueNames.IpfsAdd, one.DeliveryId, default));
        Assert.False(await _node.Get<QueueCommands>().RetryAsync(QueueNames.IpfsAdd, one.DeliveryId, default));
        await Wait.UntilAsync(async () => await _node.Queues.FindAsync(QueueNames.IpfsAdd) is { Error: 1, Ready: 0, InFlight: 0 }, "one of two to be done");
        Assert.Equal(1, await _node.Get<QueueCommands>().RetryAsync(QueueNames.IpfsAdd, default));
    }

    [Fact]
    public async Task A_command_on_a_queue_that_is_not_there_changes_nothing_and_says_so()
    {
        var commands = _node.Get<QueueCommands>();
        await Assert.ThrowsAsync<NotHereException>(() => commands.RetryAsync("no-such", default));
        await Assert.ThrowsAsync<NotHereException>(() => commands.PauseAsync("no-such", "why", default));
        await Assert.ThrowsAsync<NotHereException>(() => commands.ResumeAsync("no-such", default));
        Assert.Null(await _node.Queues.FindAsync("no-such"));
    }

    [Fact]
    public async Task A_pause_needs_a_reason()
    {
        foreach (var reason in new[] { "", "  ", new string('x', 201) })
            await Assert.ThrowsAsync<OpsException>(() => _node.Get<QueueCommands>().PauseAsync(QueueNames.IpfsAdd, reason, default));
        Assert.Null((await _node.Queues.FindAsync(QueueNames.IpfsAdd))!.Paused);
    }

    [Fact]
    public async Task A_destination_s_pause_is_told_from_an_operator_s()
    {
        var queue = QueueNames.Offload("altermundi");
        await _node.Queues.PauseAsync(queue, "503");
        Assert.False((await OneAsync()).PausedByBreaker);
        await _node.Catalogue.Destinations.PauseAsync("altermundi", "503", null, default);
        Assert.True((await OneAsync()).PausedByBreaker);

        async Task<QueueView> OneAsync() => (await _node.Get<QueueQuery>().ListAsync(default)).Single(q => q.Name == queue);
    }

    [Fact]
    public async Task Resuming_a_destination_s_queue_has_it_tried_at_once()
    {
        var queue = QueueNames.Offload("altermundi");
        await _node.Queues.PauseAsync(queue, "token refused");
        await _node.Catalogue.Destinations.PauseAsync("altermundi", "token refused", DateTimeOffset.MaxValue, default);
        Assert.True(await _node.Get<QueueCommands>().ResumeAsync(queue, default));
        var destination = (await _node.Catalogue.Destinations.FindAsync("altermundi", default))!;
        Assert.True(destination.NextTryAt <= TimeProvider.System.GetUtcNow());
        Assert.Equal("token refused", destination.Reason);
    }
}
