using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Workers.Tests.Support;
using Xunit.Abstractions;

namespace Wanda.Workers.Tests.Faults;

/// <summary>A frame over a line that keeps breaking: it goes on where it stopped, and hardly a byte goes twice.</summary>
public sealed class CutLineTests(ITestOutputHelper output) : NodeTest
{
    // What the proxy and its client keep of the line's last bytes.
    private const int Tail = 64 * 1024;

    [Theory]
    [InlineData(12_000_000, 1_000_000)]
    [InlineData(9576 * 6388 * 2, 5_000_000)] // 61 MP
    public async Task A_frame_goes_on_where_the_line_was_cut(int size, int every)
    {
        CutEvery(every);
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(size));
        await Node.UntilReleasedAsync(frame);
        await AssertThereAsync(frame);
        Assert.InRange(Proxy.Cuts, size / every - 1, size / every * 1.15);
        var sent = await Node.Catalogue.Destinations.SentAsync(TestNode.Destination, UploadMonth.Of(Node.Time), default);
        output.WriteLine($"{size} bytes, cut every {every}: {Proxy.Cuts} cuts, {sent} bytes sent ({(double)sent / size:0.000}), "
            + $"{Proxy.Received} arrived ({(double)Proxy.Received / size:0.000}).");
        Assert.InRange((double)Proxy.Received / size, 1.0, 1.15);
        // Each cut takes what the line held, and what lay before it here.
        Assert.InRange(sent, Proxy.Received, size + Proxy.Cuts * 600_000L);
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error));
    }

    [Fact]
    public async Task It_also_goes_on_after_the_node_was_restarted()
    {
        const int size = 6_000_000;
        CutEvery(2_000_000);
        Proxy.Fault = context => Task.FromResult(Proxy.Cuts > 0 && Abort(context));
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(size));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        await Node.RestartAsync();
        Proxy.Heal();
        Proxy.CutLineEvery = null;
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromSeconds(15), 8, "released");
        await AssertThereAsync(frame);
        Assert.Equal(1, Proxy.Cuts);
        Assert.InRange((double)Proxy.Received / size, 1.0, 1.15);
    }

    [Fact]
    public async Task A_line_that_lets_nothing_through_is_an_outage()
    {
        Proxy.CutLineEvery = 0;
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3_000_000));
        await Node.UntilPausedAsync();
        Assert.Contains("cannot be reached", (await Node.PauseAsync())!.Reason);
        Proxy.CutLineEvery = null;
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromSeconds(15), 8, "released");
    }

    [Fact]
    public async Task A_server_that_knows_no_such_uploads_gets_it_at_once()
    {
        Proxy.Fault = context =>
        {
            if (!context.Request.Path.StartsWithSegments("/v0/uploads"))
                return Task.FromResult(false);
            context.Response.StatusCode = 404;
            return Task.FromResult(true);
        };
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(1_500_000));
        await Node.UntilReleasedAsync(frame);
        Assert.Equal(1, Proxy.Count("POST /v0/car"));
    }

    private void CutEvery(int bytes)
    {
        Proxy.CutLineEvery = bytes;
        Proxy.Arrives = end => Eventually.HoldsAsync(() => Server.Arrived() >= end - Tail, "what went through to arrive");
    }

    private async Task AssertThereAsync(CaptureRecord frame)
    {
        var there = await Server.GetAsync((await Node.FrameAsync(frame)).Cid!);
        Assert.Equal(frame.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(there)));
    }

    private static bool Abort(Microsoft.AspNetCore.Http.HttpContext context)
    {
        context.Abort();
        return true;
    }
}
