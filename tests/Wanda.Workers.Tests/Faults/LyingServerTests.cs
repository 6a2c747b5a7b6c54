using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Faults;

/// <summary>Law 2: what a destination says is no proof.</summary>
public sealed class LyingServerTests : NodeTest
{
    [Fact]
    public async Task Yes_without_storing_releases_nothing()
    {
        Proxy.Fault = async context =>
        {
            if (context.Request.Path != "/v0/car")
                return false;
            await context.Request.Body.CopyToAsync(Stream.Null);
            var capture = await Node.Catalogue.Captures.FindAsync(Contracts.CaptureId.Parse(context.Request.Query["capture"]!), default);
            await context.Response.WriteAsJsonAsync(new { cid = capture!.Cid, pinId = "1" });
            return true;
        };
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await UntilLostAsync(frame);
        await AssertKeptAsync(frame);
        await HealsAsync(frame);
    }

    [Fact]
    public async Task A_block_that_is_lost_after_yes_is_noticed_and_sent_again()
    {
        var once = true;
        Proxy.Fault = context =>
        {
            if (context.Request.Path == "/v0/possession" && once)
            {
                once = false;
                Server.Blocks()[0].Delete();
            }

            return Task.FromResult(false);
        };
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(700_000));
        await UntilLostAsync(frame);
        await AssertKeptAsync(frame);
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromSeconds(65), 5, "released after the second push");
        Assert.Equal(2, Proxy.Count("POST /v0/car"));
    }

    [Fact]
    public async Task A_corrupted_block_releases_nothing_while_it_is_so()
    {
        var harm = true;
        Proxy.Fault = async context =>
        {
            if (context.Request.Path == "/v0/possession" && harm)
            {
                var block = Server.Blocks()[0];
                var bytes = await File.ReadAllBytesAsync(block.FullName);
                bytes[100] ^= 1;
                await File.WriteAllBytesAsync(block.FullName, bytes);
            }

            return false;
        };
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(700_000));
        await UntilLostAsync(frame);
        for (var i = 0; i < 3; i++)
        {
            await Node.UntilQuietAsync();
            Node.Time.Advance(TimeSpan.FromSeconds(65));
            await Node.UntilQuietAsync();
            await AssertKeptAsync(frame);
        }

        harm = false;
        await HealsAsync(frame);
    }

    [Fact]
    public async Task A_wrong_possession_digest_releases_nothing()
    {
        Proxy.Answer = (path, body) => path == "/v0/possession" ? With(body, "digest", Convert.ToBase64String(new byte[32])) : body;
        await LiesAsync("other bytes");
    }

    [Fact]
    public async Task Blocks_that_nobody_pins_release_nothing()
    {
        Proxy.Answer = (path, body) => path == "/v0/possession" ? With(body, "pinned", false) : body;
        await LiesAsync("no longer pins");
    }

    [Fact]
    public async Task Another_cid_for_our_bytes_releases_nothing()
    {
        Proxy.Answer = (path, body) => path == "/v0/car"
            ? With(body, "cid", "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")
            : body;
        await LiesAsync("calls it");
    }

    [Fact]
    public async Task An_answer_of_something_else_pauses_and_says_to_check_the_address()
    {
        Proxy.Fault = async context =>
        {
            await context.Response.WriteAsync("<html>Welcome to the hotel's network</html>");
            return true;
        };
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        Assert.Contains("Check its address", (await Node.PauseAsync())!.Reason);
        await AssertKeptAsync(frame);
        Proxy.Heal();
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromMinutes(6), 4, "released");
    }

    [Fact]
    public async Task A_frame_that_the_line_damaged_is_sent_again_and_makes_no_dead_letter()
    {
        var once = true;
        Proxy.Fault = async context =>
        {
            if (context.Request.Path != "/v0/car" || !once)
                return false;
            once = false;
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsJsonAsync(new { error = new { reason = "BAD_CAR", details = "Block bafk... has other bytes." } });
            return true;
        };
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await UntilLostAsync(frame, any: true);
        await AssertKeptAsync(frame);
        await HealsAsync(frame);
        Assert.Equal(0, (await Node.QueueAsync(QueueNames.Offload(TestNode.Destination)))!.Error);
    }

    [Fact]
    public async Task A_frame_that_its_store_cannot_take_holds_up_no_other_and_goes_when_that_is_mended()
    {
        Proxy.Fault = async context =>
        {
            if (context.Request.Path != "/v0/car" || context.Request.Query["name"] != "a.fits")
                return false;
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "300";
            await context.Response.WriteAsJsonAsync(new { error = new { reason = "BLOCK_DAMAGED", details = "Block bafk... Unpin it." } });
            return true;
        };
        var refused = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Eventually.HoldsAsync(async () =>
            (await Node.Catalogue.Events.OfAsync(refused.Id.ToString(), 50, default)).Any(e => e.Detail?.Contains("Unpin it.") == true),
            "the refusal to be told", Node.StateAsync);
        var other = await Node.SaveAsync("b.fits", TestFrames.Noise(3001));

        await Node.PassUntilAsync(() => Node.IsReleasedAsync(other), TimeSpan.FromSeconds(65), 6, "the other released");

        await AssertKeptAsync(refused);
        Assert.Null(await Node.PauseAsync());
        await HealsAsync(refused);
        Assert.Equal(0, (await Node.QueueAsync(QueueNames.Offload(TestNode.Destination)))!.Error);
    }

    private async Task LiesAsync(string words)
    {
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        Assert.Contains(words, await UntilLostAsync(frame, any: true));
        await AssertKeptAsync(frame);
        Proxy.Answer = (_, body) => body;
        await HealsAsync(frame);
    }

    private async Task<string> UntilLostAsync(CaptureRecord frame, bool any = false)
    {
        CustodyEvent? lost = null;
        await Eventually.HoldsAsync(async () =>
        {
            var scheduled = (await Node.QueueAsync(QueueNames.Offload(TestNode.Destination)))!.Scheduled;
            lost = (await Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 50, default)).LastOrDefault(e => e.Kind == EventKind.Lost);
            return scheduled > 0 && (lost is not null || any);
        }, "the loss to be noticed", Node.StateAsync);
        return lost?.Detail ?? "calls it";
    }

    private async Task AssertKeptAsync(CaptureRecord frame)
    {
        Assert.Empty(await Node.ProofsAsync(frame));
        Assert.Null((await Node.FrameAsync(frame)).ReleasingAt);
        Assert.Equal(frame.SizeBytes, new FileInfo(Node.Root.Resolve(frame.Path)).Length);
    }

    private Task HealsAsync(CaptureRecord frame)
    {
        Proxy.Heal();
        return Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromSeconds(65), 6, "released once it really holds it");
    }

    private static string With(string body, string key, JsonNode value)
    {
        var json = JsonNode.Parse(body)!.AsObject();
        json[key] = value;
        return json.ToJsonString();
    }
}
