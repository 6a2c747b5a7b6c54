using Microsoft.AspNetCore.Http;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload;

/// <summary>What happened at the place that a destination pointed to before is not held against the one that it points to now.</summary>
public sealed class MovedTests : NodeTest, IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(5);
    private RealServer? _other;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        if (_other is not null)
            await _other.DisposeAsync();
    }

    protected override WandaOptions Configure(WandaOptions options) =>
        options with { Destinations = [options.Destinations[0] with { MinPause = Long, MaxPause = Long }] };

    [Theory]
    [InlineData("down")]
    [InlineData("asks to wait")]
    [InlineData("refuses the token")]
    public async Task Its_pause_and_what_waits_for_it_end(string what)
    {
        Proxy.Fault = async context =>
        {
            context.Response.StatusCode = what switch { "down" => 503, "asks to wait" => 429, _ => 401 };
            context.Response.Headers.RetryAfter = "18000";
            await context.Response.CompleteAsync();
            return true;
        };
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        await MoveAsync();
        await Node.UntilReleasedAsync(frame);
        Assert.Equal((DestinationState.Open, 0, null), await StateAsync());
        Assert.Null((await Node.QueueAsync(QueueNames.Offload(TestNode.Destination)))!.Paused);
    }

    [Fact]
    public async Task What_it_would_never_take_is_tried_again()
    {
        Proxy.Fault = async context =>
        {
            context.Response.StatusCode = 413;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"error":{"reason":"PAYLOAD_TOO_LARGE","details":"at most 1 KB"}}""");
            return true;
        };
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Eventually.HoldsAsync(async () => (await Node.QueueAsync(QueueNames.Offload(TestNode.Destination)))!.Error == 1,
            "it to be stuck", Node.StateAsync);
        await MoveAsync();
        await Node.UntilReleasedAsync(frame);
        Assert.Equal(0, (await Node.QueueAsync(QueueNames.Offload(TestNode.Destination)))!.Error);
    }

    [Theory]
    [InlineData("an operator's")]
    [InlineData("an operator's for a while")]
    public async Task A_pause_that_is_the_operators_stays(string whose)
    {
        DateTimeOffset? until = whose == "an operator's" ? null : Node.Time.GetUtcNow() + Long;
        await Node.Queues.PauseAsync(QueueNames.Offload(TestNode.Destination), "the mast is being painted", until);
        await MoveAsync();
        Assert.Equal("the mast is being painted", (await Node.PauseAsync())?.Reason);
    }

    [Fact]
    public async Task The_same_place_with_another_token_stays_paused()
    {
        await Proxy.DownAsync();
        await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        await Node.RestartAsync(o => o with { Destinations = [o.Destinations[0] with { Token = "another", TokenFile = null }] });
        Assert.NotNull(await Node.PauseAsync());
        Assert.Equal(DestinationState.Paused, (await StateAsync()).State);
    }

    private async Task MoveAsync()
    {
        _other = await RealServer.StartAsync();
        await File.WriteAllTextAsync(Node.TokenFile, _other.Token);
        await Node.RestartAsync(o => o with { Destinations = [o.Destinations[0] with { Url = _other.Address.ToString() }] });
    }

    private async Task<(DestinationState State, int Failures, DateTimeOffset? NextTry)> StateAsync()
    {
        var known = (await Node.Catalogue.Destinations.FindAsync(TestNode.Destination, default))!;
        return (known.State, known.Failures, known.NextTryAt);
    }
}
