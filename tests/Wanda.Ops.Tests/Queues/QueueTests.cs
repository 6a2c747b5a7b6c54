using Wanda.Custody;
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
        var detail = (await _node.Get<QueueQuery>().FindAsync(QueueNames.IpfsAdd, default));
        Assert.Equal(("computing CIDs", "stuck", 1L, Severity.NeedsYou),
            (detail.Queue.Does, detail.Queue.State, detail.Queue.Stuck, detail.Queue.Severity));
        var work = Assert.Single(detail.Stuck);
        Assert.Equal((capture.Id.ToString(), "m42/1", "CaptureSaved", "its file changed"),
            (work.CaptureId, work.Frame, work.Message, work.Cause));
        Assert.Equal((1d, 0d, 1d), (detail.Queue.InPerMinute, detail.Queue.DonePerMinute, detail.Queue.StuckPerMinute));
    }

    [Fact]
    public async Task One_message_is_shown_with_its_exception_and_its_body()
    {
        var capture = await _node.SaveAsync();
        await _bus.RefuseAsync(_node, capture);
        var query = _node.Get<QueueQuery>();
        var work = (await query.FindAsync(QueueNames.IpfsAdd, default)).Stuck[0];
        var message = await query.FindMessageAsync(QueueNames.IpfsAdd, work.DeliveryId, default);
        Assert.Equal(work, message.Work);
        Assert.EndsWith(nameof(PoisonException), message.Work.Exception);
        Assert.Contains("Refusing.Consume", message.StackTrace);
        Assert.Contains(capture.Id.ToString(), message.Body);
        Assert.Contains("MT-Fault-Message", message.Headers.Keys);
        await Assert.ThrowsAsync<NotHereException>(() => query.FindMessageAsync(QueueNames.IpfsAdd, -1, default));
    }

    [Fact]
    public async Task What_waits_for_its_turn_is_shown_in_its_order_and_done_work_is_counted()
    {
        _refusal.Cause = null;
        await _node.Queues.PauseAsync(QueueNames.IpfsAdd, "made");
        var first = await _node.SaveAsync();
        await _bus.PublishAsync(first, await _node.SaveAsync());
        var waiting = await _node.Get<QueueQuery>().FindAsync(QueueNames.IpfsAdd, default);
        Assert.Equal((2L, 2, "m42/1"), (waiting.Queue.Ready, waiting.Next.Count, waiting.Next[0].Frame));
        Assert.Null(waiting.Next[0].Cause);
        Assert.Null(waiting.Queue.EmptyIn);
        await _node.Queues.ResumeAsync(QueueNames.IpfsAdd);
        await Eventually.HoldsAsync(
            async () => (await _node.Get<QueueQuery>().FindAsync(QueueNames.IpfsAdd, default)).Queue.DonePerMinute == 2,
            "both to be counted as done");
    }

    [Theory]
    [InlineData(40, 100, 60, 1)]
    [InlineData(40, 10, 10, null)]
    [InlineData(0, 100, 60, null)]
    public void A_queue_is_empty_after_what_waits_at_the_pace_it_shrinks(long ready, double done, double came, int? minutes) =>
        Assert.Equal(
            minutes is { } m ? TimeSpan.FromMinutes(m) : null,
            new QueueView
            {
                Name = "q",
                Does = "q",
                State = "working",
                Severity = Severity.Calm,
                Ready = ready,
                InFlight = 0,
                Scheduled = 0,
                Stuck = 0,
                DonePerMinute = done,
                InPerMinute = came,
            }.EmptyIn);

    [Fact]
    public async Task Some_are_retried_the_oldest_first_and_the_rest_is_forgotten()
    {
        await _bus.RefuseAsync(_node, await _node.SaveAsync(), await _node.SaveAsync(), await _node.SaveAsync());
        _refusal.Cause = null;
        var commands = _node.Get<QueueCommands>();
        Assert.Equal(2, await commands.RetryAsync(QueueNames.IpfsAdd, 2, 1000, default));
        await Eventually.HoldsAsync(
            async () => await _node.Queues.FindAsync(QueueNames.IpfsAdd) is { Error: 1, Ready: 0, InFlight: 0, Scheduled: 0 },
            "two to be done");
        Assert.Equal("m42/3", Assert.Single((await _node.Get<QueueQuery>().FindAsync(QueueNames.IpfsAdd, default)).Stuck).Frame);
        Assert.Equal(1, await commands.PurgeAsync(QueueNames.IpfsAdd, default));
        Assert.Equal(0, await commands.PurgeAsync(QueueNames.IpfsAdd, default));
        Assert.Equal(0, await commands.RetryAsync(QueueNames.IpfsAdd, null, null, default));
    }

    [Fact]
    public async Task What_would_come_back_later_comes_when_its_queue_is_resumed()
    {
        await LaterAsync(3);
        var commands = _node.Get<QueueCommands>();
        await commands.PauseAsync(QueueNames.IpfsAdd, "the mast is down", null, default);
        Assert.Equal(new ResumedQueue(true, 3), await commands.ResumeAsync(QueueNames.IpfsAdd, default));
        await DoneAsync(3);
        Assert.Equal(new ResumedQueue(false, 0), await commands.ResumeAsync(QueueNames.IpfsAdd, default));
    }

    [Fact]
    public async Task What_would_come_back_later_comes_when_it_is_asked_for_some_or_all()
    {
        await LaterAsync(3);
        var commands = _node.Get<QueueCommands>();
        // Not paused: a resume says so, and leaves to its time what nobody asked for.
        Assert.Equal(new ResumedQueue(false, 0), await commands.ResumeAsync(QueueNames.IpfsAdd, default));
        Assert.Equal(2, await commands.RetryLaterAsync(QueueNames.IpfsAdd, 2, 1000, default));
        await DoneAsync(2);
        Assert.Equal(1, (await _node.Queues.FindAsync(QueueNames.IpfsAdd))!.Scheduled);
        Assert.Equal(1, await commands.RetryLaterAsync(QueueNames.IpfsAdd, null, null, default));
        await DoneAsync(3);
        await Assert.ThrowsAsync<OpsException>(() => commands.RetryLaterAsync(QueueNames.IpfsAdd, 0, null, default));
        await Assert.ThrowsAsync<OpsException>(() => commands.RetryLaterAsync(QueueNames.IpfsAdd, null, double.NaN, default));
    }

    private async Task LaterAsync(int frames)
    {
        _refusal.Cause = null;
        for (var i = 0; i < frames; i++)
            await _bus.PublishLaterAsync(await _node.SaveAsync(), TimeSpan.FromHours(1));
        Assert.Equal(frames, (await _node.Queues.FindAsync(QueueNames.IpfsAdd))!.Scheduled);
    }

    private Task DoneAsync(int frames) => Eventually.HoldsAsync(
        async () => (await _node.Queues.FindAsync(QueueNames.IpfsAdd))!.TotalCompleted == frames, $"{frames} to be done");

    [Theory]
    [InlineData(0, null)]
    [InlineData(null, 0d)]
    [InlineData(null, double.NaN)]
    [InlineData(null, 1e9)]
    public async Task A_retry_of_no_message_or_at_no_rate_is_refused(int? limit, double? rate) =>
        await Assert.ThrowsAsync<OpsException>(() => _node.Get<QueueCommands>().RetryAsync(QueueNames.IpfsAdd, limit, rate, default));

    [Fact]
    public async Task A_pause_may_end_by_itself()
    {
        var commands = _node.Get<QueueCommands>();
        var until = await commands.PauseAsync(QueueNames.IpfsAdd, "changing the disk", TimeSpan.FromHours(1), default);
        Assert.InRange(until!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        var paused = (await _node.Queues.FindAsync(QueueNames.IpfsAdd))!.Paused!;
        Assert.Equal(("changing the disk", until.Value.ToUnixTimeMilliseconds()),
            (paused.Reason, paused.Until!.Value.ToUnixTimeMilliseconds()));
        foreach (var length in new[] { TimeSpan.Zero, TimeSpan.FromDays(400) })
            await Assert.ThrowsAsync<OpsException>(() => commands.PauseAsync(QueueNames.IpfsAdd, "why", length, default));
    }

    [Fact]
    public async Task Retrying_one_message_leaves_the_others()
    {
        await _bus.RefuseAsync(_node, await _node.SaveAsync(), await _node.SaveAsync());
        _refusal.Cause = null;
        var one = (await _node.Get<QueueQuery>().FindAsync(QueueNames.IpfsAdd, default)).Stuck[0];
        Assert.True(await _node.Get<QueueCommands>().RetryAsync(QueueNames.IpfsAdd, one.DeliveryId, default));
        Assert.False(await _node.Get<QueueCommands>().RetryAsync(QueueNames.IpfsAdd, one.DeliveryId, default));
        await Eventually.HoldsAsync(
            async () => await _node.Queues.FindAsync(QueueNames.IpfsAdd) is { Error: 1, Ready: 0, InFlight: 0 }, "one of two to be done");
        Assert.Equal(1, await _node.Get<QueueCommands>().RetryAsync(QueueNames.IpfsAdd, null, null, default));
    }

    [Fact]
    public async Task A_command_on_a_queue_that_is_not_there_changes_nothing_and_says_so()
    {
        var commands = _node.Get<QueueCommands>();
        await Assert.ThrowsAsync<NotHereException>(() => commands.RetryAsync("no-such", null, null, default));
        await Assert.ThrowsAsync<NotHereException>(() => commands.RetryLaterAsync("no-such", null, null, default));
        await Assert.ThrowsAsync<NotHereException>(() => commands.PauseAsync("no-such", "why", null, default));
        await Assert.ThrowsAsync<NotHereException>(() => commands.ResumeAsync("no-such", default));
        await Assert.ThrowsAsync<NotHereException>(() => commands.PurgeAsync("no-such", default));
        await Assert.ThrowsAsync<NotHereException>(() => _node.Get<QueueQuery>().FindAsync("no-such", default));
        Assert.Null(await _node.Queues.FindAsync("no-such"));
    }

    [Fact]
    public async Task A_pause_needs_a_reason()
    {
        foreach (var reason in new[] { "", "  ", new string('x', 201) })
            await Assert.ThrowsAsync<OpsException>(() => _node.Get<QueueCommands>().PauseAsync(QueueNames.IpfsAdd, reason, null, default));
        Assert.Null((await _node.Queues.FindAsync(QueueNames.IpfsAdd))!.Paused);
    }

    [Fact]
    public async Task A_destination_s_pause_is_told_from_an_operator_s()
    {
        var queue = QueueNames.Offload("altermundi");
        await _node.Queues.PauseAsync(queue, "503");
        Assert.False((await OneAsync()).PausedByBreaker);
        await _node.Catalogue.Destinations.PauseAsync("altermundi", PauseCode.Outage, "503", null, default);
        Assert.True((await OneAsync()).PausedByBreaker);

        async Task<QueueView> OneAsync() => (await _node.Get<QueueQuery>().ListAsync(default)).Single(q => q.Name == queue);
    }

    [Theory]
    [InlineData(PauseCode.Operator, "the mast is down", "the mast is down")]
    [InlineData(PauseCode.Outage, "it is not well (503): wait.", "it is not well (503): wait")]
    [InlineData(PauseCode.NeedsOperator, "it refuses our token (401).", "it refuses our token (401)")]
    [InlineData(PauseCode.UploadWindow, "04:30-07:00", "outside its upload window (04:30-07:00)")]
    [InlineData(PauseCode.MonthlyVolume, "20 GB",
        "its monthly volume of 20 GB is used up; to go on sooner, raise \"monthlyVolume\" and restart")]
    [InlineData(PauseCode.LittleSpace, "900 KB", "little space is left on the disk (900 KB): previews wait until frames could be released")]
    [InlineData(null, "outside its upload window (04:30-07:00)", "outside its upload window (04:30-07:00)")]
    public async Task A_pause_is_told_by_its_code_and_one_of_0_2_by_its_words(PauseCode? code, string detail, string words)
    {
        await _node.Queues.PauseAsync(QueueNames.Thumbnail, detail, null, code?.ToString());
        var queue = (await _node.Get<QueueQuery>().ListAsync(default)).Single(q => q.Name == QueueNames.Thumbnail);
        Assert.Equal((code, words), (queue.Paused!.Code, queue.Paused.Reason));
    }

    [Fact]
    public async Task A_code_of_a_later_version_is_shown_by_its_words()
    {
        foreach (var code in new[] { "Eclipse", "1", "outage" })
        {
            await _node.Queues.PauseAsync(QueueNames.Thumbnail, "the sun is away", null, code);
            var queue = (await _node.Get<QueueQuery>().FindAsync(QueueNames.Thumbnail, default)).Queue;
            Assert.Equal((null, "the sun is away"), (queue.Paused!.Code, queue.Paused.Reason));
        }
    }

    [Fact]
    public async Task Resuming_a_destination_s_queue_has_it_tried_at_once()
    {
        var queue = QueueNames.Offload("altermundi");
        await _node.Queues.PauseAsync(queue, "token refused");
        await _node.Catalogue.Destinations.PauseAsync("altermundi", PauseCode.Outage, "token refused", DateTimeOffset.MaxValue, default);
        Assert.True((await _node.Get<QueueCommands>().ResumeAsync(queue, default)).WasPaused);
        var destination = (await _node.Catalogue.Destinations.FindAsync("altermundi", default))!;
        Assert.True(destination.NextTryAt <= TimeProvider.System.GetUtcNow());
        Assert.Equal("token refused", destination.Reason);
    }
}
