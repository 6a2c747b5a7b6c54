using System.Net;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Upload;

public sealed class LimitTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_above_the_limit_gets_413(bool announced)
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxUploadBytes = 100_000 });
        byte[] car = await (await Frame.MakeAsync(200_000)).CarAsync();

        using var body = new Body(announced ? car.Length : null,
            (stream, cancellationToken) => stream.WriteAsync(car, cancellationToken).AsTask());

        Assert.Equal("PAYLOAD_TOO_LARGE",
            await server.Client.PostAsync("/v0/car", body).RefusedAsync(HttpStatusCode.RequestEntityTooLarge));
        Assert.Empty(server.Staged());
    }

    [Fact]
    public async Task A_refused_body_of_any_length_is_read_to_its_end_so_that_the_refusal_is_heard()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxUploadBytes = 1_000_000 });
        using var stranger = server.ClientOf(null);
        byte[] tooLong = new byte[20_000_000];

        Assert.Equal("PAYLOAD_TOO_LARGE", await server.Client.UploadAsync(tooLong).RefusedAsync(HttpStatusCode.RequestEntityTooLarge));
        Assert.Equal("UNAUTHORIZED", await stranger.UploadAsync(tooLong).RefusedAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task A_node_over_its_quota_gets_507_at_the_first_byte_and_its_old_frames_stay()
    {
        await using var server = await TestServer.StartAsync(
            o => o with { Nodes = [.. o.Nodes.Select(n => n with { QuotaBytes = 1_500_000 })], KeepUnpinned = TimeSpan.Zero });
        var first = await Frame.MakeAsync(1_000_000);
        var second = await Frame.MakeAsync(1_000_000, seed: 2);
        var pin = await server.Client.UploadAsync(await first.CarAsync()).JsonAsync(HttpStatusCode.Created);

        // Not a byte of it is sent: the answer comes on the headers alone.
        using var never = new Body(1_000_000,
            (_, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v0/car") { Content = never, Headers = { ExpectContinue = true } };
        Assert.Equal("QUOTA_EXCEEDED", await server.Client.SendAsync(request).RefusedAsync(HttpStatusCode.InsufficientStorage));

        Assert.Equal(first.Content, await server.Client.GetByteArrayAsync($"/ipfs/{first.Root}"));
        Assert.Equal(1, (int)(await server.Client.GetAsync("/v0/node").JsonAsync())["pins"]!);
        using var hill = server.ClientOf(TestServer.Hill);
        await hill.UploadAsync(await second.CarAsync()).JsonAsync(HttpStatusCode.Created);

        // Room comes back with a removal, and over a restart.
        await server.Client.DeleteAsync($"/v0/pins/{pin["pinId"]}");
        await server.RestartAsync();
        await server.Client.UploadAsync(await second.CarAsync()).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_disk_below_its_reserve_gets_507_and_says_so()
    {
        await using var server = await TestServer.StartAsync(o => o with { MinFreeBytes = long.MaxValue / 2 });
        byte[] car = await (await Frame.MakeAsync(1000)).CarAsync();

        Assert.Equal("DISK_FULL", await server.Client.UploadAsync(car).RefusedAsync(HttpStatusCode.InsufficientStorage));
        Assert.Equal("degraded", (string)(await server.Client.GetAsync("/health").JsonAsync(HttpStatusCode.ServiceUnavailable))["status"]!);
    }

    [Fact]
    public async Task A_DAG_too_deep_to_walk_is_refused_and_nothing_is_kept()
    {
        await using var server = await TestServer.StartAsync();
        var leaf = Block.Create(Codec.Raw, new byte[] { 1 });
        var chain = new List<Block> { leaf };
        while (chain.Count <= Dag.MaxDepth + 1)
            chain.Add(Block.Create(Codec.DagPb, new DagPbNode([new DagPbLink("", chain[^1].Cid, 1)], new byte[] { 8, 1 }).Encode()));
        chain.Reverse();
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [chain[0].Cid], chain.ToAsyncEnumerable());

        Assert.Equal("BAD_DAG", await server.Client.UploadAsync(car.ToArray()).RefusedAsync(HttpStatusCode.BadRequest));

        Assert.Empty(server.Blocks());
        Assert.Empty(await server.Client.PinsAsync());
    }

    [Fact]
    public async Task One_upload_too_many_gets_429_with_the_time_to_come_back()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxUploadsPerNode = 1 });
        byte[] car = await (await Frame.MakeAsync(3_000_000)).CarAsync();
        var finish = new TaskCompletionSource();
        using var slow = new Body(car.Length, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(car.AsMemory(0, car.Length / 2), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await finish.Task.WaitAsync(cancellationToken);
            await stream.WriteAsync(car.AsMemory(car.Length / 2), cancellationToken);
        });
        var first = server.Client.PostAsync("/v0/car", slow);
        await Eventually.HoldsAsync(() => server.Staged().Length > 0, "the first upload is under way");

        using var refused = await server.Client.UploadAsync(car);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        using var hill = server.ClientOf(TestServer.Hill);
        await hill.UploadAsync(car).JsonAsync(HttpStatusCode.Created);
        finish.SetResult();
        await first.JsonAsync(HttpStatusCode.Created);
    }
}
