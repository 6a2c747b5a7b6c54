using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Pins;

/// <summary>What a node ends is kept a while, so that a stolen token erases no archive.</summary>
public sealed class EndedPinTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private PinningServerOperator _operator = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(o => o with { MaintainEvery = TimeSpan.FromSeconds(1) });
        _operator = await PinningServerOperator.OpenAsync(_server.Folder, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _operator.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_pin_that_its_node_ended_is_gone_for_it_and_comes_back_by_the_operator()
    {
        var (frame, id) = await SendAsync(1);

        await EndAsync(id);

        Assert.Empty(await _server.Client.PinsAsync());
        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/v0/pins/{id}").RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/psa/pins/{id}").RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal(0, (int)(await _server.Client.GetAsync("/psa/pins").JsonAsync())["count"]!);
        Assert.Equal((0, Size(frame), 1, Size(frame)), await UseAsync());
        await _server.RestartAsync();
        await _server.CollectedAsync();
        Assert.Equal(frame.Blocks.Count, _server.Blocks().Length);
        Assert.Equal((0, Size(frame), 1, Size(frame)), await UseAsync());
        var kept = Assert.Single(await _operator.UnpinnedAsync("dome"));
        Assert.Equal((id, "unpinned"), (kept.Id, kept.State));

        Assert.Equal("dome", (await _operator.RestoreAsync(id))!.Node);
        Assert.Null(await _operator.RestoreAsync(id));

        Assert.Equal(id, (string)(await _server.Client.PinsAsync()).Single()!["pinId"]!);
        await Eventually.HoldsAsync(async () => await UseAsync() == (1, Size(frame), 0, 0), "it is counted again");
        Assert.Equal(["restored", "unpinned", "pinned"], (await _operator.AuditAsync("dome")).Select(e => e.Action));
    }

    [Fact]
    public async Task Its_time_over_it_goes_with_its_blocks()
    {
        var (_, id) = await SendAsync(1);
        await EndAsync(id);
        _server.Change = o => o with { MaintainEvery = TimeSpan.FromSeconds(1), KeepUnpinned = TimeSpan.FromSeconds(1) };

        await _server.RestartAsync();

        await Eventually.HoldsAsync(() => _server.Blocks().Length == 0, "it is collected");
        Assert.Equal((0, 0, 0, 0), await UseAsync());
        Assert.Equal(["ended", "unpinned", "pinned"], (await _operator.AuditAsync("dome")).Select(e => e.Action));
        Assert.Null(await _operator.RestoreAsync(id));
    }

    [Fact]
    public async Task Sent_again_it_stands_again()
    {
        var (frame, id) = await SendAsync(1);
        await EndAsync(id);

        var again = await _server.Client.UploadAsync(await frame.CarAsync(), "capture=c1").JsonAsync();

        Assert.Equal(id, (string)again["pinId"]!);
        Assert.Equal((1, Size(frame), 0, 0), await UseAsync());
        await _server.RestartAsync();
        Assert.Equal((1, Size(frame), 0, 0), await UseAsync());
    }

    [Fact]
    public async Task A_wanted_pin_goes_at_once()
    {
        var wanted = await Frame.MakeAsync(1000);
        string id = await WantAsync("/psa/pins", wanted);

        using var ended = await _server.Client.DeleteAsync($"/psa/pins/{id}");

        Assert.Equal((0, 0, 0, 0), await UseAsync());
        Assert.Empty(await _operator.UnpinnedAsync());
    }

    [Fact]
    public async Task A_replaced_pin_stays_until_the_one_in_its_place_is_here()
    {
        _server.Change = o => o with { MaintainEvery = TimeSpan.FromSeconds(1), KeepUnpinned = TimeSpan.Zero };
        await _server.RestartAsync();
        var (frame, id) = await SendAsync(1);
        var next = await Frame.MakeAsync(900_000, seed: 2);

        string replaced = await WantAsync($"/psa/pins/{id}", next);
        await _server.CollectedAsync();

        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/psa/pins/{id}").RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
        string chained = await WantAsync($"/psa/pins/{replaced}", next);
        await _server.RestartAsync();
        await _server.CollectedAsync();
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));

        using var hill = _server.ClientOf(TestServer.Hill);
        await hill.UploadAsync(await next.CarAsync()).JsonAsync(HttpStatusCode.Created);

        await Eventually.HoldsAsync(() => _server.Blocks().Length == next.Blocks.Count, "the old one is collected");
        Assert.Equal("pinned", (string)(await _server.Client.GetAsync($"/psa/pins/{chained}").JsonAsync())["status"]!);
        Assert.Equal((1, Size(next), 0, 0), await UseAsync());
    }

    [Fact]
    public async Task The_one_in_its_place_may_take_its_room()
    {
        _server.Change = o => o with { Nodes = [.. o.Nodes.Select(n => n with { QuotaBytes = 1_500_000 })] };
        await _server.RestartAsync();
        var (_, id) = await SendAsync(1);
        var next = await Frame.MakeAsync(1_100_000, seed: 2);
        using var hill = _server.ClientOf(TestServer.Hill);
        await hill.UploadAsync(await next.CarAsync()).JsonAsync(HttpStatusCode.Created);

        string replaced = await WantAsync($"/psa/pins/{id}", next);

        Assert.Equal("pinned", (string)(await _server.Client.GetAsync($"/psa/pins/{replaced}").JsonAsync())["status"]!);
        Assert.Equal("QUOTA_EXCEEDED", await _server.Client.UploadAsync(await (await Frame.MakeAsync(1000, seed: 3)).CarAsync())
            .RefusedAsync(HttpStatusCode.InsufficientStorage));
        Assert.Equal(2, (await _operator.UnpinnedAsync()).Count + (await _operator.PinsAsync("dome")).Count);
    }

    [Fact]
    public async Task Half_of_an_archive_ended_at_once_is_an_alert()
    {
        for (int i = 0; i < 30; i++)
        {
            var block = Dags.Raw($"frame {i}");
            var pin = await _server.Client.UploadAsync(await Dags.CarAsync(block.Cid, block), $"capture=c{i}")
                .JsonAsync(HttpStatusCode.Created);
            if (i < 19)
                await EndAsync((string)pin["pinId"]!);
        }

        await _server.CollectedAsync();
        Assert.Empty((await _server.Client.GetAsync("/health").JsonAsync())["notices"]!.AsArray());
        await EndAsync((string)(await _server.Client.PinsAsync())[0]!["pinId"]!);

        await Eventually.HoldsAsync(async () => (await _server.Client.GetAsync("/health").JsonAsync())["notices"]!.AsArray().Count == 1,
            "health tells");
        Assert.True(_server.Logged("20 of 30 pins of dome were ended within a day"));
        Assert.Equal(20, await _operator.RestoreAllAsync("dome", TimeProvider.System.GetUtcNow().AddDays(-1)));
        Assert.Equal(30, (await _server.Client.PinsAsync()).Count);
    }

    private async Task<(Frame Frame, string Id)> SendAsync(int seed)
    {
        var frame = await Frame.MakeAsync(1_000_000, seed);
        var pin = await _server.Client.UploadAsync(await frame.CarAsync(), $"capture=c{seed}").JsonAsync(HttpStatusCode.Created);
        return (frame, (string)pin["pinId"]!);
    }

    private async Task<string> WantAsync(string path, Frame frame) =>
        (string)(await _server.Client.PostAsync(path, Api.Json(new { cid = frame.Root.ToString() })).JsonAsync(HttpStatusCode.Accepted))
            ["requestid"]!;

    private async Task EndAsync(string id)
    {
        using var ended = await _server.Client.DeleteAsync($"/v0/pins/{id}");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
    }

    private async Task<(long Pins, long Bytes, long Ended, long EndedBytes)> UseAsync()
    {
        var node = await _server.Client.GetAsync("/v0/node").JsonAsync();
        return ((long)node["pins"]!, (long)node["bytes"]!, (long)node["unpinned"]!["pins"]!, (long)node["unpinned"]!["bytes"]!);
    }

    private static long Size(Frame frame) => frame.Blocks.Sum(b => (long)frame[b].Length);
}
