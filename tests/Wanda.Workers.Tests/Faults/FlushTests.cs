using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Wanda.Custody;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.Ipfs.Tests.Support;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Faults;

/// <summary>Law 2: what a power cut at a destination would take is no copy, and the destination is asked.</summary>
public sealed class FlushTests : NodeTest
{
    [Theory]
    [InlineData("yes", Flushes.Yes)]
    [InlineData(null, null)] // a server before 0.4
    public async Task A_proof_carries_what_the_server_says_of_its_disk(string? says, Flushes? carried)
    {
        Says(says);

        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilReleasedAsync(frame);

        Assert.Equal(carried, Assert.Single(await Node.ProofsAsync(frame)).Flushes);
    }

    [Theory]
    [InlineData("no", "does not write them through")]
    [InlineData("unknown", "cannot tell")]
    [InlineData("perhaps", "cannot tell")]
    public async Task A_server_that_does_not_flush_releases_nothing_until_it_does(string says, string words)
    {
        Says(says);
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();

        Assert.Contains(words, (await Node.PauseAsync())!.Reason);
        Assert.Empty(await Node.ProofsAsync(frame));
        Assert.Null((await Node.FrameAsync(frame)).ReleasingAt);

        Proxy.Heal();
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromMinutes(11), 5, "released when it flushes");
    }

    private void Says(string? flushes) => Proxy.Answer = (path, body) =>
    {
        if (path != "/v0/possession")
            return body;
        var answer = JsonNode.Parse(body)!.AsObject();
        answer["flushes"] = flushes;
        if (flushes is null)
            answer.Remove("flushes");
        return answer.ToJsonString();
    };
}

/// <summary>The same of a Kubo, which does not flush unless it is told to.</summary>
public sealed class KuboFlushTests : IAsyncLifetime
{
    private readonly KuboStandIn _daemon = new();
    private StandIn _kubo = null!;
    private TestNode _node = null!;
    private volatile bool _denies;

    public async Task InitializeAsync()
    {
        _kubo = await StandIn.StartAsync(context =>
        {
            if (!_denies || context.Request.Path != "/api/v0/config/show")
                return _daemon.AnswerAsync(context);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("Kubo RPC Access Denied");
        });
        _node = TestNode.Create(_kubo.Address, "", o => o with
        {
            Destinations = [new() { Name = TestNode.Destination, Kind = "kubo", Url = _kubo.Address.ToString(), Public = true }],
        });
        (_node.SawKuboRestarted, _daemon.Started) = (false, "1700000000.5");
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _kubo.DisposeAsync();
    }

    [Theory]
    [InlineData(false, false, "does not write its blocks through")]
    [InlineData(null, false, "names no store")]
    [InlineData(true, true, "/api/v0/config/show")]
    [InlineData(true, false, "restart it once")]
    [InlineData(true, false, "does not tell since when it runs", false)]
    [InlineData(true, false, "0.43 or newer", true, "0.42.0")]
    public async Task A_Kubo_that_does_not_flush_is_given_nothing_and_says_what_to_do(
        bool? sync, bool denies, string words, bool tellsItsStart = true, string version = "0.43.1")
    {
        (_daemon.Sync, _denies, _daemon.Version) = (sync, denies, version);
        if (!tellsItsStart)
            _daemon.Started = null;
        await _node.StartAsync();
        var frame = await _node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await _node.UntilPausedAsync();

        Assert.Contains(words, (await _node.PauseAsync())!.Reason);
        Assert.Empty(await _node.ProofsAsync(frame));
        Assert.DoesNotContain(_kubo.Requests, r => r.Contains("dag/import", StringComparison.Ordinal));

        // What it says is its file; that it runs with it is known when it was started after we saw that, whatever became of us meanwhile.
        (_daemon.Sync, _denies, _daemon.Started, _daemon.Version) = (true, false, "1700000000.5", "0.43.1");
        await _node.PassUntilAsync(
            async () => (await _node.PauseAsync())?.Reason.Contains("restart it once", StringComparison.Ordinal) == true,
            TimeSpan.FromMinutes(11), 5, "told to be restarted");
        Assert.Empty(await _node.ProofsAsync(frame));
        await _node.RestartAsync();
        _daemon.Started = "1700000100.5";
        await _node.PassUntilAsync(() => _node.IsReleasedAsync(frame), TimeSpan.FromMinutes(11), 5, "released when it flushes");
        Assert.Equal(Flushes.Yes, Assert.Single(await _node.ProofsAsync(frame)).Flushes);
    }
}
