using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Gateway;

/// <summary>What a gateway can do wrong, each told as what it is and none believed.</summary>
public sealed class LyingGatewayTests : IAsyncLifetime
{
    private readonly byte[] _buffer = new byte[Block.MaxBytes];
    private readonly MemoryBlocks _blocks = new();
    private readonly TaskCompletionSource _never = new();
    private Block _wanted;
    private Cid _root;

    public async Task InitializeAsync()
    {
        _wanted = Block.Create(Codec.Raw, TemporaryFolder.RandomBytes(1, 100_000));
        var file = await new UnixFsImporter(UnixFsProfile.CidV1).ImportAsync(
            new MemoryStream(TemporaryFolder.RandomBytes(2, 1_000_000)), _blocks);
        _root = file.Root;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Other_bytes_are_a_damaged_copy()
    {
        await using var server = await StandIn.StartAsync(c => c.Response.Body.WriteAsync(new byte[100_000]).AsTask());

        var e = await RefusedAsync(server);

        Assert.True(e.Damaged);
        Assert.Contains("stand-in sent other bytes", e.Message);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endless_block_is_cut_at_the_limit(bool tellsLength)
    {
        await using var server = await StandIn.StartAsync(async c =>
        {
            c.Response.ContentLength = tellsLength ? 1L << 40 : null;
            while (!c.RequestAborted.IsCancellationRequested)
                await c.Response.Body.WriteAsync(new byte[65536], c.RequestAborted);
        });

        var e = await RefusedAsync(server);

        Assert.Contains(tellsLength ? "offers 1099511627776 bytes" : "sent other bytes", e.Message);
    }

    [Fact]
    public async Task A_cut_answer_is_asked_for_again()
    {
        await using var server = await StandIn.StartAsync(Cut());

        var block = await new TrustlessGateway(server.Endpoint, TimeProvider.System).ReadAsync(_wanted.Cid,
            _buffer, CancellationToken.None);

        Assert.Equal(_wanted.Data.ToArray(), block.Data.ToArray());
        Assert.Equal(3, server.Requests.Count);

        RequestDelegate Cut()
        {
            int asked = 0;
            return async c =>
            {
                c.Response.ContentLength = _wanted.Data.Length;
                if (++asked < 3)
                {
                    await c.Response.Body.WriteAsync(_wanted.Data[..500]);
                    await c.Response.Body.FlushAsync();
                    c.Abort();
                    return;
                }

                await c.Response.Body.WriteAsync(_wanted.Data);
            };
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silence_is_not_waited_for_without_end(bool afterTheHead)
    {
        var time = new JumpingTime();
        await using var server = await StandIn.StartAsync(async c =>
        {
            if (afterTheHead)
            {
                c.Response.ContentLength = 10;
                await c.Response.StartAsync();
            }

            while (!c.RequestAborted.IsCancellationRequested)
            {
                time.Advance(TimeSpan.FromHours(1));
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        });

        var e = await RefusedAsync(server, server.Endpoint with { Patience = TimeSpan.FromHours(1), Tries = 2 }, time);

        Assert.Contains("made no progress for 3600 s", e.Message);
        Assert.Single(server.Requests); // it had its time
    }

    [Fact]
    public async Task The_caller_can_stop_waiting()
    {
        await using var server = await StandIn.StartAsync(c => _never.Task.WaitAsync(c.RequestAborted));
        using var stop = new CancellationTokenSource();
        using var gateway = new TrustlessGateway(server.Endpoint, TimeProvider.System);

        var reading = gateway.ReadAsync(_wanted.Cid, _buffer, stop.Token).AsTask();
        await Eventually.HoldsAsync(() => !server.Requests.IsEmpty, "the request");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Theory]
    [InlineData(404, RemoteFailure.NotFound, 1)]
    [InlineData(410, RemoteFailure.NotFound, 1)]
    [InlineData(401, RemoteFailure.Denied, 1)]
    [InlineData(403, RemoteFailure.Denied, 1)]
    [InlineData(400, RemoteFailure.Rejected, 1)]
    [InlineData(429, RemoteFailure.Unavailable, 4)]
    [InlineData(500, RemoteFailure.Unavailable, 4)]
    [InlineData(504, RemoteFailure.Unavailable, 4)]
    public async Task A_refusal_tells_who_said_what_and_holds_no_token(int status, RemoteFailure failure, int requests)
    {
        await using var server = await StandIn.StartAsync(c =>
        {
            c.Response.StatusCode = status;
            return c.Response.WriteAsync($"no luck with\n{c.Request.Headers.Authorization}");
        });

        var e = await RefusedAsync(server);

        var remote = Assert.IsType<RemoteException>(e.InnerException);
        Assert.Equal((failure, status, "stand-in"), (remote.Failure, (int)remote.Status!, remote.Remote));
        Assert.Contains("no luck with Bearer (token)", remote.Message);
        Assert.DoesNotContain("s3cret", e.ToString());
        Assert.DoesNotContain("s3cret", server.Endpoint.ToString());
        Assert.Equal(requests, server.Requests.Count);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_takes_no_token_along()
    {
        await using var elsewhere = await StandIn.StartAsync(c => c.Response.Body.WriteAsync(_wanted.Data).AsTask());
        await using var server = await StandIn.StartAsync(c =>
        {
            c.Response.Redirect(elsewhere.Address.ToString());
            return Task.CompletedTask;
        });

        var e = await RefusedAsync(server);

        Assert.Contains("redirects (302)", e.Message);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_long_wish_to_be_left_alone_is_the_callers_to_keep()
    {
        await using var server = await StandIn.StartAsync(c =>
        {
            c.Response.StatusCode = 429;
            c.Response.Headers.RetryAfter = "600";
            return Task.CompletedTask;
        });

        var e = await RefusedAsync(server);

        Assert.Equal(TimeSpan.FromMinutes(10), Assert.IsType<RemoteException>(e.InnerException).RetryAfter);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Finding_tells_absence_from_silence()
    {
        int status = 404;
        await using var server = await StandIn.StartAsync(c =>
        {
            c.Response.StatusCode = status;
            c.Response.ContentLength = status == 200 ? Block.MaxBytes + 1L : null;
            return Task.CompletedTask;
        });
        using var gateway = new TrustlessGateway(server.Endpoint with { Tries = 1 }, TimeProvider.System);

        Assert.Null(await gateway.FindAsync(_wanted.Cid, CancellationToken.None));
        status = 503;
        Assert.Equal(RemoteFailure.Unavailable,
            (await Assert.ThrowsAsync<RemoteException>(async () => await gateway.FindAsync(_wanted.Cid, default))).Failure);
        status = 200;
        Assert.Equal(RemoteFailure.Malformed,
            (await Assert.ThrowsAsync<RemoteException>(async () => await gateway.FindAsync(_wanted.Cid, default))).Failure);
    }

    [Fact]
    public async Task A_CAR_that_lacks_a_block_names_it()
    {
        var order = (await _blocks.ListAsync(_root).ToListAsync()).ConvertAll(b => b.Cid);
        await using var server = await StandIn.StartAsync(
            c => CarWriter.WriteAsync(c.Response.Body, [_root], _blocks.BlocksAsync(order[..^1])));

        var e = await Assert.ThrowsAsync<BlockNotFoundException>(() => DagAsync(server));

        Assert.Equal(order[^1], e.Cid);
    }

    [Fact]
    public async Task A_CAR_with_a_stranger_in_it_ends_there()
    {
        _blocks.Put(_wanted);
        await using var server = await StandIn.StartAsync(c => CarWriter.WriteAsync(c.Response.Body, [_root], Endless()));

        var e = await Assert.ThrowsAsync<RemoteException>(() => DagAsync(server));

        Assert.Contains($"sent block {_wanted.Cid}, which was not asked for", e.Message);

        async IAsyncEnumerable<Block> Endless()
        {
            yield return await _blocks.ReadAsync(_root, new byte[Block.MaxBytes], default);
            while (true)
                yield return _wanted;
        }
    }

    [Fact]
    public async Task A_CAR_with_wrong_bytes_or_none_at_all_is_told_apart()
    {
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [_root], _blocks.BlocksAsync(_root));
        byte[] bytes = car.ToArray();
        bytes[^1] ^= 1;
        await using var damaged = await StandIn.StartAsync(c => c.Response.Body.WriteAsync(bytes).AsTask());
        await using var cut = await StandIn.StartAsync(c => c.Response.Body.WriteAsync(bytes.AsMemory(0, 400_000)).AsTask());
        await using var page = await StandIn.StartAsync(c => c.Response.WriteAsync("<html>Welcome</html>"));

        await Assert.ThrowsAsync<BlockMismatchException>(() => DagAsync(damaged));
        Assert.Contains("cut short", (await Assert.ThrowsAsync<RemoteException>(() => DagAsync(cut))).Message);
        Assert.Equal(RemoteFailure.Malformed, (await Assert.ThrowsAsync<RemoteException>(() => DagAsync(page))).Failure);
    }

    [Fact]
    public async Task The_next_gateway_is_asked_and_a_failure_of_all_tells_each()
    {
        await using var lost = await StandIn.StartAsync(c =>
        {
            c.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        await using var liar = await StandIn.StartAsync(c => c.Response.WriteAsync("x"));
        await using var good = await StandIn.StartAsync(c => c.Response.Body.WriteAsync(_wanted.Data).AsTask());
        TrustlessGateway[] gateways = [.. new[] { (lost, "one"), (liar, "two"), (good, "three") }
            .Select(s => new TrustlessGateway(s.Item1.Endpoint with { Name = s.Item2 }, TimeProvider.System))];

        var block = await new FallbackSource(gateways).ReadAsync(_wanted.Cid, _buffer, default);
        var e = await Assert.ThrowsAsync<BlockNotFoundException>(
            async () => await new FallbackSource(gateways[..2]).ReadAsync(_wanted.Cid, _buffer, default));

        Assert.Equal(_wanted.Cid, block.Cid);
        Assert.Contains("one does not have it (404)", e.Message);
        Assert.Contains("two sent other bytes", e.Message);
        Assert.True(e.Damaged);
    }

    private async Task<BlockNotFoundException> RefusedAsync(StandIn server, RemoteEndpoint? endpoint = null, TimeProvider? time = null)
    {
        using var gateway = new TrustlessGateway(endpoint ?? server.Endpoint, time ?? TimeProvider.System);
        return await Assert.ThrowsAsync<BlockNotFoundException>(
            async () => await gateway.ReadAsync(_wanted.Cid, _buffer, CancellationToken.None));
    }

    private async Task DagAsync(StandIn server)
    {
        using var gateway = new TrustlessGateway(server.Endpoint with { Tries = 1 }, TimeProvider.System);
        await foreach (var _ in gateway.ReadDagAsync(_root))
        {
            // Reading to the end is the test.
        }
    }
}
