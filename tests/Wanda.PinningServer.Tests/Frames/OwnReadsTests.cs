using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Frames;

/// <summary>With reads of their own alone, nodes are answered for what others keep as if it were not here.</summary>
public sealed class OwnReadsTests : IAsyncLifetime
{
    private readonly NodeKey _key = NodeKey.Generate();
    private TestServer _server = null!;
    private HttpClient _hill = null!;
    private Frame _frame = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(o => o with { Reads = Reads.Own, KeepUnpinned = TimeSpan.Zero });
        _hill = _server.ClientOf(TestServer.Hill);
        _frame = await Frame.MakeAsync(3_000_000);
        await _server.Client.UploadAsync(await _frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        using var content = new ByteArrayContent(
            IpnsRecord.Create(_key, $"/ipfs/{_frame.Root}", 1, TimeProvider.System.GetUtcNow().AddDays(3)).Bytes.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(IpnsRecord.MediaType);
        using var published = await _server.Client.PutAsync($"/routing/v1/ipns/{_key.PeerId.IpnsName}", content);
        Assert.Equal(HttpStatusCode.OK, published.StatusCode);
    }

    public async Task DisposeAsync()
    {
        _hill.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("/ipfs/ROOT")]
    [InlineData("/ipfs/ROOT?format=raw")]
    [InlineData("/ipfs/LEAF?format=raw")]
    [InlineData("/ipfs/ROOT?format=car")]
    [InlineData("/ipfs/LEAF?format=car")]
    [InlineData("/ipfs/ROOT?format=car&dag-scope=block")]
    [InlineData("/ipns/NAME")]
    [InlineData("/ipns/NAME?format=ipns-record")]
    [InlineData("/routing/v1/ipns/NAME")]
    public async Task Only_its_own_node_is_served(string path)
    {
        path = path.Replace("ROOT", $"{_frame.Root}", StringComparison.Ordinal)
            .Replace("LEAF", $"{_frame.Blocks[^1]}", StringComparison.Ordinal)
            .Replace("NAME", _key.PeerId.IpnsName, StringComparison.Ordinal);

        using var own = await _server.Client.GetAsync(path);
        using var others = await _hill.GetAsync(path);
        using var head = await _hill.SendAsync(new(HttpMethod.Head, path) { Headers = { { "If-None-Match", "*" } } });

        Assert.True((int)own.StatusCode is 200 or 307);
        Assert.True(own.Headers.CacheControl!.Private, "A cache that is shared would give it to others.");
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (others.StatusCode, head.StatusCode));
    }

    [Fact]
    public async Task Possession_of_anothers_is_proven_to_nobody()
    {
        string nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var whole = new { cid = $"{_frame.Root}", nonce };
        var leaf = new { cid = $"{_frame.Root}", nonce, blocks = new[] { $"{_frame.Blocks[^1]}" } };

        foreach (object question in (object[])[whole, leaf])
        {
            await _server.Client.PostAsync("/v0/possession", Api.Json(question)).JsonAsync();
            Assert.Equal("NOT_FOUND", await _hill.PostAsync("/v0/possession", Api.Json(question)).RefusedAsync(HttpStatusCode.NotFound));
        }
    }

    [Fact]
    public async Task Nothing_is_pinned_that_was_not_brought()
    {
        string leaf = $"{_frame.Blocks[^1]}";
        await _hill.PostAsync("/psa/pins", Api.Json(new { cid = $"{_frame.Root}" })).JsonAsync(HttpStatusCode.Accepted);
        await _hill.PostAsync("/psa/pins", Api.Json(new { cid = leaf })).JsonAsync(HttpStatusCode.Accepted);
        var link = Dags.Node(_frame.Blocks[^1]);
        var directory = Dags.Directory(("M31.fits", _frame.Blocks[0]));

        Assert.Equal("DAG_INCOMPLETE",
            await _hill.UploadAsync(await Dags.CarAsync(link.Cid, link)).RefusedAsync(HttpStatusCode.BadRequest));
        Assert.Equal("DAG_INCOMPLETE",
            await _hill.UploadAsync(await Dags.CarAsync(_frame.Root)).RefusedAsync(HttpStatusCode.BadRequest));
        await _hill.UploadAsync(await Dags.CarAsync(directory.Cid, directory), "scope=directory").JsonAsync(HttpStatusCode.Created);

        Assert.Equal(["queued", "queued"], await StatesAsync());
        Assert.True(await _hill.HasAsync(directory.Cid));
        Assert.All(_frame.Blocks, b => Assert.False(_hill.HasAsync(b).Result));

        await _hill.UploadAsync(await _frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        await Eventually.HoldsAsync(async () => (await StatesAsync()).All(s => s == "pinned"), "what was wanted is pinned");
        Assert.All(_frame.Blocks, b => Assert.True(_hill.HasAsync(b).Result));
    }

    [Fact]
    public async Task What_two_have_sent_stays_the_others_when_one_ends_it()
    {
        string pin = (string)(await _hill.UploadAsync(await _frame.CarAsync()).JsonAsync(HttpStatusCode.Created))["pinId"]!;
        Assert.True(await _hill.HasAsync(_frame.Blocks[^1]));

        using var ended = await _hill.DeleteAsync($"/v0/pins/{pin}");
        await _server.StopAsync();
        _server.Change = o => o with { Reads = Reads.Own, KeepUnpinned = TimeSpan.Zero, MaintainEvery = TimeSpan.FromSeconds(1) };
        await _server.StartAndCollectAsync();
        await _server.CollectedAsync();
        using var hill = _server.ClientOf(TestServer.Hill);

        Assert.False(await hill.HasAsync(_frame.Blocks[^1]));
        Assert.True(await _server.Client.HasAsync(_frame.Blocks[^1]));
    }

    [Fact]
    public async Task What_was_kept_before_the_word_is_its_nodes_too_and_so_is_what_a_directory_gets_later()
    {
        _server.Change = o => o with { Reads = Reads.Nodes };
        await _server.RestartAsync();
        var older = await Frame.MakeAsync(2_000_000, seed: 2);
        await _server.Client.UploadAsync(await older.CarAsync()).JsonAsync(HttpStatusCode.Created);
        using (var hill = _server.ClientOf(TestServer.Hill))
            Assert.True(await hill.HasAsync(older.Blocks[^1]));
        _server.Change = o => o with { Reads = Reads.Own };
        await _server.RestartAsync();
        using var other = _server.ClientOf(TestServer.Hill);
        var first = Dags.Raw("first");
        var later = Dags.Raw("later");
        var directory = Dags.Directory(("first", first.Cid), ("later", later.Cid));

        Assert.True(await _server.Client.HasAsync(older.Blocks[^1]));
        Assert.False(await other.HasAsync(older.Blocks[^1]));
        await _server.Client.UploadAsync(await Dags.CarAsync(directory.Cid, directory, first), "scope=directory")
            .JsonAsync(HttpStatusCode.Created);
        Assert.True(await _server.Client.HasAsync(first.Cid));
        await _server.Client.UploadAsync(await Dags.CarAsync(directory.Cid, directory, later), "scope=directory").JsonAsync();
        Assert.True(await _server.Client.HasAsync(later.Cid));
        Assert.False(await other.HasAsync(later.Cid));
    }

    [Fact]
    public async Task A_file_of_no_bytes_is_its_nodes_too()
    {
        var empty = await Frame.MakeAsync([]);
        await _server.Client.UploadAsync(await empty.CarAsync()).JsonAsync(HttpStatusCode.Created);

        Assert.True(await _server.Client.HasAsync(empty.Root));
        Assert.False(await _hill.HasAsync(empty.Root));
    }

    [Fact]
    public async Task What_was_just_sent_is_its_nodes_for_all_who_ask_at_once()
    {
        for (int round = 0; round < 10; round++)
        {
            var frame = await Frame.MakeAsync(8_000_000, seed: 100 + round);
            await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);

            Assert.DoesNotContain(false, await Task.WhenAll(frame.Blocks.Concat(frame.Blocks).Select(b => _server.Client.HasAsync(b))));
        }
    }

    private async Task<IEnumerable<string>> StatesAsync() =>
        (await _hill.GetAsync("/psa/pins?status=queued,pinned&match=exact").JsonAsync())["results"]!.AsArray()
            .Where(r => _frame.Blocks.Any(b => $"{b}" == (string)r!["pin"]!["cid"]!)).Select(r => (string)r!["status"]!);
}
