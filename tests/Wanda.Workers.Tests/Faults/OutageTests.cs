using Microsoft.AspNetCore.Http;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Faults;

/// <summary>Law 4: an outage is not a failure.</summary>
public sealed class OutageTests : NodeTest
{
    [Fact]
    public async Task A_server_that_is_down_all_night_gets_everything_in_the_morning()
    {
        await Proxy.DownAsync();
        var frames = new List<CaptureRecord>();
        for (var i = 1; i <= 6; i++)
            frames.Add(await Node.SaveAsync($"f{i}.fits", TestFrames.Noise(5000, i)));
        await Node.UntilPausedAsync();
        Assert.Contains("cannot be reached", (await Node.PauseAsync())!.Reason);

        // Nine hours: it knocks when a pause is over, fails, and is paused again.
        for (var i = 0; i < 9; i++)
        {
            await Node.UntilQuietAsync();
            Node.Time.Advance(TimeSpan.FromHours(1));
            await Node.UntilPausedAsync();
        }

        await Node.RestartAsync();
        Assert.Equal(DestinationState.Paused, (await Node.Catalogue.Destinations.FindAsync(TestNode.Destination, default))!.State);

        await Proxy.UpAsync();
        await Node.PassUntilAsync(
            async () => (await Node.Catalogue.Captures.HereAsync(null, 50, default)).Count == 0, TimeSpan.FromMinutes(12),
            8, "everything is released");
        foreach (var frame in frames)
        {
            Assert.Single(await Node.ProofsAsync(frame));
            var there = await Server.GetAsync((await Node.FrameAsync(frame)).Cid!);
            Assert.Equal(frame.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(there)));
        }

        Assert.Equal(frames.Select(f => f.Id.ToString()), Proxy.Uploaded.Order());
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error + q.DeadLetter + q.Skipped));
        Assert.Equal(DestinationState.Open, (await Node.Catalogue.Destinations.FindAsync(TestNode.Destination, default))!.State);
    }

    [Fact]
    public async Task While_it_is_paused_nobody_knocks_and_afterwards_one_goes_first()
    {
        var before = Proxy.Requests.Count; // at its start it asks what room there is
        Proxy.Refuse(500, "out of memory");
        for (var i = 1; i <= 4; i++)
            await Node.SaveAsync($"f{i}.fits", TestFrames.Noise(2000, i));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        Assert.Contains("500", (await Node.PauseAsync())!.Reason);
        var knocks = Proxy.Requests.Count;
        // Two at once may fail side by side: that is one outage, and the pause is still the first one.
        Assert.Equal(1, (await Node.Catalogue.Destinations.FindAsync(TestNode.Destination, default))!.Failures);
        Assert.InRange(knocks - before, 1, 2);

        Node.Time.Advance(TimeSpan.FromSeconds(15));
        await Eventually.HoldsAsync(
            async () => (await Node.Catalogue.Destinations.FindAsync(TestNode.Destination, default))!.Failures >= 2, "the probe");
        await Node.UntilQuietAsync();
        Assert.Equal(knocks + 1, Proxy.Requests.Count);
    }

    [Fact]
    public async Task After_an_outage_of_days_tonight_goes_before_the_backlog()
    {
        await Proxy.DownAsync();
        var nights = new List<CaptureRecord>();
        for (var night = 0; night < 3; night++)
        {
            for (var i = 0; i < 3; i++)
                nights.Add(await Node.SaveAsync($"n{night}f{i}.fits", TestFrames.Noise(2000, nights.Count)));
            await Node.UntilPausedAsync();
            await Node.UntilQuietAsync();
            Node.Time.Advance(TimeSpan.FromDays(1));
            await Node.UntilPausedAsync(); // it knocked in vain
        }

        await Proxy.UpAsync();
        await Node.PassUntilAsync(
            async () => (await Node.Catalogue.Captures.HereAsync(null, 50, default)).Count == 0, TimeSpan.FromMinutes(12),
            8, "everything is released");
        var order = Proxy.Uploaded.Select(id => nights.Single(f => f.Id.ToString() == id).FileName).ToList();
        Assert.Equal(9, order.Count);
        Assert.True(
            order.FindLastIndex(f => f.StartsWith("n2", StringComparison.Ordinal))
                < order.FindIndex(f => f.StartsWith("n0", StringComparison.Ordinal)), string.Join(' ', order));
    }

    [Fact]
    public async Task What_is_too_large_for_the_server_itself_is_the_frames_own_end_and_holds_nobody_up()
    {
        Proxy.Fault = async context =>
        {
            if (context.Request.Query["name"] != "large.fits")
                return false;
            context.Response.StatusCode = 413;
            await context.Response.WriteAsJsonAsync(new { error = new { reason = "PAYLOAD_TOO_LARGE", details = "At most 2 kB." } });
            return true;
        };
        await Node.SaveAsync("large.fits", TestFrames.Noise(3000));
        var other = await Node.SaveAsync("a.fits", TestFrames.Noise(2000, 2));
        await Node.UntilReleasedAsync(other);
        await Eventually.HoldsAsync(async () => (await Node.QueueAsync(QueueNames.Offload(TestNode.Destination)))!.Error == 1,
            "the dead letter", Node.StateAsync);
        Assert.Contains("will not take m42/large.fits (413): At most 2 kB.", await Node.StateAsync());
        Assert.Null(await Node.PauseAsync());
    }

    [Fact]
    public async Task Retry_after_is_honoured_across_a_restart()
    {
        Proxy.Refuse(429, "slow down", TimeSpan.FromHours(1));
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        Assert.InRange((await Node.PauseAsync())!.Until!.Value - Node.Time.GetUtcNow(), TimeSpan.FromMinutes(58), TimeSpan.FromMinutes(61));
        Proxy.Heal();
        await Node.UntilQuietAsync();
        await Node.RestartAsync();
        var knocks = Proxy.Requests.Count;
        Node.Time.Advance(TimeSpan.FromMinutes(30));
        await Node.UntilQuietAsync();
        Assert.Equal(knocks, Proxy.Requests.Count);
        Node.Time.Advance(TimeSpan.FromMinutes(35));
        await Node.UntilReleasedAsync(frame);
    }

    [Fact]
    public async Task A_refused_token_says_what_to_do_and_a_new_one_works_without_a_restart()
    {
        await File.WriteAllTextAsync(Node.TokenFile, "wanda_this-token-is-not-the-right-one-1234567");
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        var reason = (await Node.PauseAsync())!.Reason;
        Assert.Contains("401", reason);
        Assert.Contains("tokenFile", reason);
        Assert.DoesNotContain("wanda_this", reason);
        await File.WriteAllTextAsync(Node.TokenFile, Server.Token);
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromMinutes(6), 4, "released");
    }

    [Theory]
    [InlineData(403, "refuses our token")]
    [InlineData(402, "no room")]
    [InlineData(507, "no room")]
    [InlineData(413, "client_max_body_size")]
    [InlineData(415, "does not take what we send")]
    [InlineData(503, "not well")]
    [InlineData(302, "not a WANDA pinning server")]
    [InlineData(404, "not a WANDA pinning server")]
    public async Task A_refusal_pauses_and_is_nothing_against_the_frame(int status, string words)
    {
        Proxy.Refuse(status, "no");
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        Assert.Contains(words, (await Node.PauseAsync())!.Reason);
        Proxy.Heal();
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromMinutes(6), 4, "released");
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error));
    }

    [Fact]
    public async Task A_server_that_hangs_is_given_up_after_the_time_without_progress()
    {
        Proxy.Hang();
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await UntilGivenUpAsync();
        Assert.Contains("made no progress for 20 s", (await Node.PauseAsync())!.Reason);
        Proxy.Heal();
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromSeconds(15), 8, "released");
    }

    [Fact]
    public async Task An_answer_that_stops_in_the_middle_is_given_up_too()
    {
        Proxy.Fault = async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"cid\":");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System,
                context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await UntilGivenUpAsync();
    }

    [Fact]
    public async Task An_upload_that_is_cut_off_is_sent_again()
    {
        Proxy.CutUploadsAfter(10_000);
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(300_000));
        await Node.UntilPausedAsync();
        Assert.Empty(Server.Blocks());
        Proxy.Heal();
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromSeconds(15), 8, "released");
    }

    [Fact]
    public async Task An_operators_pause_is_not_replaced_by_one_that_ends()
    {
        var held = new TaskCompletionSource();
        Proxy.Fault = async context =>
        {
            await held.Task;
            context.Response.StatusCode = 500;
            return true;
        };
        await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Eventually.HoldsAsync(() => Proxy.Count("POST /v0/car") > 0, "the upload");
        await Node.Queues.PauseAsync(QueueNames.Offload(TestNode.Destination), "the link is for the others tonight");
        held.SetResult();
        await Node.UntilQuietAsync();
        var pause = await Node.PauseAsync();
        Assert.Null(pause!.Until);
        Assert.Contains("the others", pause.Reason);
    }

    /// <summary>
    /// The time without progress passes, again where something moved after it did: the request is counted before its answer has begun.
    /// </summary>
    private async Task UntilGivenUpAsync()
    {
        await Eventually.HoldsAsync(() => Proxy.Count("POST /v0/car") > 0, "the upload");
        for (var tries = 0; tries < 5 && await Node.PauseAsync() is null; tries++)
        {
            Node.Time.Advance(TimeSpan.FromSeconds(21));
            for (var looks = 0; looks < 25 && await Node.PauseAsync() is null; looks++)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        await Node.UntilPausedAsync();
    }
}
