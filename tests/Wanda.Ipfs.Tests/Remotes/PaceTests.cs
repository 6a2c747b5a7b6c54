using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Remotes;

/// <summary>One who gives a byte now and then is not waited for without end, and a slow line is still a line.</summary>
public sealed class PaceTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private readonly JumpingTime _time = new();

    [Theory]
    [InlineData(1, 1, false)] // a byte a second
    [InlineData(3999, 1, false)]
    [InlineData(4001, 1, true)]
    [InlineData(1_000_000, 59, true)] // long pauses, and much at a time
    [InlineData(1, 59, false)] // never silent for a minute
    public void The_average_over_a_stretch_of_waiting_decides(int bytes, int seconds, bool good)
    {
        var pace = new Pace(4000, Window);
        var said = Enumerable.Range(0, 200).Select(_ => pace.Took(bytes, TimeSpan.FromSeconds(seconds))).ToList();

        Assert.Equal(good, said.TrueForAll(s => s is null));
        Assert.All(said.TakeWhile((_, i) => (i + 1) * seconds < 60), Assert.Null); // not before the window is over
    }

    [Fact]
    public void One_that_was_good_and_begins_to_drip_is_noticed_a_window_later()
    {
        var pace = new Pace(4000, Window);
        Assert.Null(pace.Took(100_000_000, Window));
        var said = Enumerable.Range(0, 60).Select(_ => pace.Took(1, TimeSpan.FromSeconds(1))).ToList();

        Assert.All(said.SkipLast(1), Assert.Null);
        Assert.Equal("gave 60 bytes in 60 s; at least 4000 a second are waited for.", said[^1]);
        Assert.All(Enumerable.Range(0, 200).Select(_ => new Pace(0, Window).Took(1, Window)), Assert.Null);
    }

    [Fact]
    public async Task Content_that_drips_is_an_outage()
    {
        using var turn = new SemaphoreSlim(0);
        await using var server = await StandIn.StartAsync(async c =>
        {
            for (int i = 0; i < 1000; i++)
            {
                await turn.WaitAsync(c.RequestAborted);
                await Task.Delay(1, c.RequestAborted); // most times the client waits by now, and its time is the remote's
                _time.Advance(TimeSpan.FromSeconds(10));
                await c.Response.Body.WriteAsync(new byte[1], c.RequestAborted);
                await c.Response.Body.FlushAsync(c.RequestAborted);
            }
        });
        using var gateway = new TrustlessGateway(server.Endpoint with { Patience = Window }, _time);
        turn.Release();
        await using var file = await gateway.OpenFileAsync(Cid.V1(Codec.Raw, Multihash.Sha256([1])));

        var slow = await Assert.ThrowsAsync<RemoteException>(async () =>
        {
            for (byte[] one = new byte[1]; await file.ReadAsync(one) > 0;)
                turn.Release();
        });

        Assert.Equal(RemoteFailure.Unavailable, slow.Failure);
        Assert.Matches("^stand-in gave [0-9]+ bytes in 6[0-9]", slow.Message); // the real time between the jumps counts too
    }

    [Fact]
    public async Task The_readers_own_time_does_not_count()
    {
        await using var server = await StandIn.StartAsync(c => c.Response.Body.WriteAsync(new byte[100]).AsTask());
        using var gateway = new TrustlessGateway(server.Endpoint with { Patience = Window }, _time);
        await using var file = await gateway.OpenFileAsync(Cid.V1(Codec.Raw, Multihash.Sha256([1])));
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(1, await file.ReadAsync(new byte[1]));
            _time.Advance(TimeSpan.FromMinutes(5));
        }
    }
}
