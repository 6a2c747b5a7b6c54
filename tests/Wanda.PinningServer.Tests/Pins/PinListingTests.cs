using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Pins;

public sealed class PinListingTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(
        o => o with { MaintainEvery = TimeSpan.FromSeconds(1), KeepUnpinned = TimeSpan.Zero });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_node_that_lost_its_catalogue_pages_through_all_it_sent()
    {
        for (int i = 0; i < 25; i++)
        {
            var frame = await Frame.MakeAsync(100, seed: i);
            await _server.Client.UploadAsync(await frame.CarAsync(), $"capture=c{i}&session={(i % 2 == 0 ? "even" : "odd")}&number={i}")
                .JsonAsync(HttpStatusCode.Created);
        }

        var numbers = new List<int>();
        string? next = "0";
        while (next is not null)
        {
            var page = await _server.Client.GetAsync($"/v0/pins?limit=10&after={next}").JsonAsync();
            numbers.AddRange(page["pins"]!.AsArray().Select(p => (int)p!["number"]!));
            next = (string?)page["next"];
        }

        Assert.Equal(Enumerable.Range(0, 25), numbers);
        Assert.Equal(12, (await _server.Client.PinsAsync("session=odd")).Count);
        Assert.Equal(7, (int)Assert.Single(await _server.Client.PinsAsync("capture=c7"))!["number"]!);
    }

    [Fact]
    public async Task HEAD_says_whether_and_how_many()
    {
        var frame = await Frame.MakeAsync(100);
        using var none = await HeadAsync($"cid={frame.Root}");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);

        using var one = await HeadAsync($"cid={frame.Root}");

        Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        Assert.Equal("1", one.Headers.GetValues("X-Total-Count").Single());
    }

    [Fact]
    public async Task What_is_unpinned_is_collected_and_what_is_shared_stays()
    {
        var gone = await Frame.MakeAsync(2_000_000);
        var kept = await Frame.MakeAsync([.. gone.Content[..1_048_576], 1, 2, 3]);
        string id = (string)(await _server.Client.UploadAsync(await gone.CarAsync()).JsonAsync(HttpStatusCode.Created))["pinId"]!;
        await _server.Client.UploadAsync(await kept.CarAsync()).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(gone.Blocks.Union(kept.Blocks).Count(), _server.Blocks().Length);

        using var deleted = await _server.Client.DeleteAsync($"/v0/pins/{id}");
        using var again = await _server.Client.DeleteAsync($"/v0/pins/{id}");

        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        await Eventually.HoldsAsync(() => _server.Blocks().Length == kept.Blocks.Count, "the blocks of the removed pin are collected");
        Assert.Equal(kept.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{kept.Root}"));
    }

    [Fact]
    public async Task A_lost_index_loses_no_promise()
    {
        var frame = await Frame.MakeAsync(2_000_000);
        await _server.Client.UploadAsync(await frame.CarAsync(), "capture=c1").JsonAsync(HttpStatusCode.Created);
        await _server.StopAsync();
        foreach (string file in Directory.GetFiles(Path.Combine(_server.Folder, "blocks"), "index.sqlite*"))
            File.Delete(file);

        await _server.StartAgainAsync();

        await Eventually.HoldsAsync(async () => (await _server.Client.PinsAsync()).Count == 1, "the pin is settled again");
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
        Assert.Equal(frame.Blocks.Count, _server.Blocks().Length);
    }

    private Task<HttpResponseMessage> HeadAsync(string query) =>
        _server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v0/pins?{query}"));
}
