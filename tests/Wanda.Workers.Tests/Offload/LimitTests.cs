using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload;

/// <summary>Hours and volumes: outside of them the queue waits, says why, and no attempt is burnt.</summary>
public sealed class LimitTests : NodeTest
{
    [Fact]
    public async Task Outside_of_its_hours_the_queue_waits_until_they_begin()
    {
        var (now, hours) = (Node.Time.GetLocalNow(), Hours(2, 4)); // once: a minute may pass meanwhile
        await RestartAsync(d => d with { Window = hours });
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        var pause = (await Node.PauseAsync())!;
        Assert.Equal((PauseCode.UploadWindow, hours.ToString()), (pause.Why(), pause.Reason));
        Assert.InRange(pause.Until!.Value - now, TimeSpan.FromMinutes(118), TimeSpan.FromMinutes(121));
        Assert.DoesNotContain(Proxy.Requests, IsSent);
        // It is not down: its frames are waited for, and nobody counts failures.
        Assert.Equal((DestinationState.Open, 0), await StateAsync());

        await Node.UntilQuietAsync();
        Node.Time.Advance(TimeSpan.FromHours(1));
        await Node.UntilQuietAsync();
        Assert.DoesNotContain(Proxy.Requests, IsSent);
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromMinutes(35), 4, "released in its hours");

        // It is asked for its room at any hour.
        static bool IsSent(string request) => request.StartsWith("POST ", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_months_volume_that_is_used_up_waits_for_the_next_month_across_a_restart()
    {
        await RestartAsync(d => d with { MonthlyVolume = new ByteSize(50_000) });
        var first = await Node.SaveAsync("a.fits", TestFrames.Noise(60_000));
        await Node.UntilReleasedAsync(first);
        var sent = await Node.Catalogue.Destinations.SentAsync(TestNode.Destination, UploadMonth.Of(Node.Time), default);
        Assert.InRange(sent, 60_000, 63_000);

        var second = await Node.SaveAsync("b.fits", TestFrames.Noise(5000, 2));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        await Node.RestartAsync();
        var knocks = Proxy.Requests.Count;
        var pause = (await Node.PauseAsync())!;
        Assert.Equal((PauseCode.MonthlyVolume, "50 KB"), (pause.Why(), pause.Reason));
        Assert.Equal(UploadMonth.NextBegins(Node.Time), pause.Until);
        Assert.Equal(DestinationState.Paused, (await StateAsync()).State);
        Assert.Equal(knocks, Proxy.Requests.Count);

        Node.Time.Advance(pause.Until!.Value - Node.Time.GetUtcNow() + TimeSpan.FromMinutes(1));
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(second), TimeSpan.FromMinutes(1), 8, "released next month");
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error + q.DeadLetter));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_limit_that_was_lifted_holds_nothing_back_after_the_next_start(bool month)
    {
        await RestartAsync(d => month ? d with { MonthlyVolume = new ByteSize(1) } : d with { Window = Hours(10, 11) });
        Node.Catalogue.Destinations.AddSent(TestNode.Destination, UploadMonth.Of(Node.Time), 1);
        await Node.Catalogue.Ledger.SettleAsync(default);
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();

        await RestartAsync(d => d with { Window = null, MonthlyVolume = null });
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromSeconds(15), 6, "released at once");
        Assert.Equal((DestinationState.Open, 0), await StateAsync());
    }

    [Fact]
    public async Task An_operators_own_pause_is_not_ended_with_a_limits()
    {
        await Node.Queues.PauseAsync(QueueNames.Offload(TestNode.Destination), "outage of the mast");
        await Node.RestartAsync();
        await Node.UntilQuietAsync();
        Assert.Equal("outage of the mast", (await Node.PauseAsync())!.Reason);
    }

    [Fact]
    public async Task A_copy_that_was_sent_before_is_proven_at_any_hour()
    {
        await RestartAsync(d => d with { Window = Hours(-1, 1) });
        Proxy.Fault = async context =>
        {
            if (context.Request.Path != "/v0/possession")
                return false;
            context.Response.StatusCode = 503;
            await context.Response.CompleteAsync();
            return true;
        };
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        Proxy.Heal();
        Node.Time.Advance(TimeSpan.FromHours(2));
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromSeconds(15), 8, "proven and released");
        Assert.Equal(1, Proxy.Count("POST /v0/car"));
    }

    private Task RestartAsync(Func<DestinationOptions, DestinationOptions> change) =>
        Node.RestartAsync(o => o with { Destinations = [change(o.Destinations[0])] });

    /// <summary>An upload window that begins and ends so many hours from now.</summary>
    private UploadWindow Hours(int from, int to) => new(
        TimeOnly.FromDateTime(Node.Time.GetLocalNow().AddHours(from).DateTime),
        TimeOnly.FromDateTime(Node.Time.GetLocalNow().AddHours(to).DateTime));

    private async Task<(DestinationState State, int Failures)> StateAsync() =>
        await Node.Catalogue.Destinations.FindAsync(TestNode.Destination, default) is { } d ? (d.State, d.Failures) : default;
}
