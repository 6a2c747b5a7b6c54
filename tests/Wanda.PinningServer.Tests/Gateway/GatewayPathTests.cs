using System.Net;
using System.Text;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Gateway;

/// <summary>What directories may hold: names of any bytes, symbolic links, times, shards of other fanouts, other codecs.</summary>
public sealed class GatewayPathTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("caf%E9.txt")] // Latin-1
    [InlineData("%FF")]
    [InlineData("caf%C3%A9.txt")]
    [InlineData("%25E9.txt")]
    [InlineData("a%252Fb.txt")]
    [InlineData("100%25.txt")]
    [InlineData("x%23%3F%25.fits")]
    [InlineData("back%5Cslash")]
    [InlineData("..dots")]
    [InlineData("plus+amp%26.txt")]
    [InlineData("nl%0Aname.txt")]
    public async Task Each_name_is_found_and_listed_as_it_is(string escaped)
    {
        var leaf = Block.Create(Codec.Raw, Encoding.UTF8.GetBytes(escaped));
        var other = Block.Create(Codec.Raw, "other"u8.ToArray());
        string name = DagPbName.Decode(WebUtility.UrlDecodeToBytes(Encoding.ASCII.GetBytes(escaped.Replace("+", "%2B")), 0,
            escaped.Replace("+", "%2B").Length));
        var directory = Directory([new("zzz", other.Cid, 5), new(name, leaf.Cid, 1)]);
        await SendAsync(directory, leaf, other);

        Assert.Equal(escaped, await GetAsync($"/ipfs/{directory.Cid}/{escaped}"));
        string page = await GetAsync($"/ipfs/{directory.Cid}/");
        string link = page.Split("href=\"").Skip(1).Select(l => l.Split('"')[0]).Single(l => l != "zzz");
        Assert.Equal(escaped, await GetAsync($"/ipfs/{directory.Cid}/{link}"));
        await RawAsync($"/ipfs/{directory.Cid}/{escaped}x", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Of_two_entries_with_one_name_the_first_is_meant()
    {
        var (first, second) = (Block.Create(Codec.Raw, "first"u8.ToArray()), Block.Create(Codec.Raw, "second"u8.ToArray()));
        var directory = Directory([new("x", first.Cid, 5), new("x", second.Cid, 6)]);
        await SendAsync(directory, first, second);

        Assert.Equal("first", await GetAsync($"/ipfs/{directory.Cid}/x"));
    }

    [Fact]
    public async Task A_symbolic_link_says_where_it_leads()
    {
        var link = Node([], [8, 4, 18, 9, .. "plain.txt"u8]);
        var directory = Directory([new("link", link.Cid, 9)]);
        await SendAsync(directory, link);

        using var answer = await AskAsync($"/ipfs/{directory.Cid}/link");
        Assert.Equal("inode/symlink", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("plain.txt", await answer.Content.ReadAsStringAsync());
        Assert.Equal($"{directory.Cid},{link.Cid}", answer.Headers.GetValues("X-Ipfs-Roots").Single());
    }

    [Fact]
    public async Task A_time_that_the_maker_wrote_is_told_and_kept()
    {
        var file = Node([], [8, 2, 18, 5, .. "timed"u8, 24, 5, 56, 0xA4, 3, 66, 11, 8, 0x80, 0xE2, 0xCF, 0xAA, 6, 0x15, 5, 0, 0, 0]);
        // Before 1970: ten bytes.
        var old = Node([], [8, 2, 18, 3, .. "old"u8, 24, 3, 66, 11, 8, 0x80, 0xDD, 0xFA, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]);
        var directory = Directory([new("old", old.Cid, 1), new("t", file.Cid, 1)]);
        await SendAsync(directory, file, old);

        using var timed = await AskAsync($"/ipfs/{directory.Cid}/t");
        using var past = await AskAsync($"/ipfs/{directory.Cid}/old");
        using var raw = await AskAsync($"/ipfs/{file.Cid}?format=raw");

        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), timed.Content.Headers.LastModified);
        Assert.Equal("old", await past.Content.ReadAsStringAsync());
        Assert.Equal(file.Data.ToArray(), await raw.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(16, 1)]
    [InlineData(1024, 3)]
    public async Task A_root_shard_alone_is_no_directory_whatever_its_fanout(int fanout, int digits)
    {
        var leaf = Block.Create(Codec.Raw, "x"u8.ToArray());
        var below = Shard(fanout, [new(new string('0', digits) + "a", leaf.Cid, 1)]);
        var root = Shard(fanout, [new(new string('0', digits), below.Cid, 1)]);

        string reason = await _server.Client.UploadAsync(await CarAsync(root), "scope=directory").RefusedAsync(HttpStatusCode.BadRequest);

        Assert.Equal("DAG_INCOMPLETE", reason);
    }

    [Theory]
    [InlineData("//small", "/small")]
    [InlineData("/a/../small", "/small")]
    [InlineData("/./small/", "/small")]
    public async Task A_path_that_is_not_clean_leads_to_the_one_that_is(string path, string clean)
    {
        var leaf = Block.Create(Codec.Raw, "x"u8.ToArray());
        var directory = Directory([new("small", leaf.Cid, 1)]);
        await SendAsync(directory, leaf);

        using var answer = await RawAsync($"/ipfs/{directory.Cid}{path}?download=true", HttpStatusCode.TemporaryRedirect);

        Assert.Equal($"/ipfs/{directory.Cid}{clean}?download=true", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Blocks_of_other_codecs_are_followed_and_given_as_they_are()
    {
        var leaf = Block.Create(Codec.Raw, "x"u8.ToArray());
        var cbor = Block.Create(Codec.DagCbor, (byte[])[0xA1, 0x61, (byte)'l', 0x81, 0xD8, 42, 0x58, (byte)(leaf.Cid.Bytes.Length + 1), 0,
            .. leaf.Cid.Bytes]);
        var json = Block.Create(Codec.DagJson, Encoding.UTF8.GetBytes($$"""{"c":{"/":"{{cbor.Cid}}"},"n":[1,{"/":"{{leaf.Cid}}"}]}"""));
        Assert.Equal("DAG_INCOMPLETE",
            await _server.Client.UploadAsync(await CarAsync(json, cbor)).RefusedAsync(HttpStatusCode.BadRequest));
        await SendAsync(json, cbor, leaf);

        Assert.Equal("x", await GetAsync($"/ipfs/{json.Cid}/c/l/0"));
        Assert.Equal("x", await GetAsync($"/ipfs/{json.Cid}/n/1"));
        using var answer = await AskAsync($"/ipfs/{json.Cid}/c");
        Assert.Equal("application/vnd.ipld.dag-cbor", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(cbor.Data.ToArray(), await answer.Content.ReadAsByteArrayAsync());
        using var refused = await RawAsync($"/ipfs/{json.Cid}?format=dag-cbor", HttpStatusCode.NotAcceptable);
        using var inside = await RawAsync($"/ipfs/{json.Cid}/n/0", HttpStatusCode.NotImplemented);
        using var missing = await RawAsync($"/ipfs/{json.Cid}/n/2", HttpStatusCode.NotFound);
        byte[] deep = [.. Enumerable.Repeat((byte)0x81, 100_000), 0];
        Assert.Equal("BAD_DAG", await _server.Client.UploadAsync(await CarAsync(Block.Create(Codec.DagCbor, deep)))
            .RefusedAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_small_DAG_with_ways_without_number_is_refused_with_repeats_and_sent_without()
    {
        var blocks = new List<Block> { Block.Create(Codec.Raw, "x"u8.ToArray()) };
        for (int level = 0; level < 60; level++)
            blocks.Add(Node([new("a", blocks[^1].Cid, 1), new("b", blocks[^1].Cid, 1)], []));
        blocks.Reverse();
        await SendAsync([.. blocks]);

        using var car = await AskAsync($"/ipfs/{blocks[0].Cid}?format=car");
        using var reader = await CarReader.OpenAsync(await car.Content.ReadAsStreamAsync());
        Assert.Equal(blocks.Select(b => b.Cid), await reader.ReadBlocksAsync().Select(b => b.Cid).ToListAsync());
        using var refused = await RawAsync($"/ipfs/{blocks[0].Cid}?format=car&car-dups=y", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_form_is_told_what_to_send_instead()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "file", "a.car" } };

        var refusal = await _server.Client.PostAsync("/v0/car", form).JsonAsync(HttpStatusCode.UnsupportedMediaType);

        Assert.Contains("--data-binary", (string)refusal["error"]!["details"]!);
    }

    private static Block Directory(IReadOnlyList<DagPbLink> links) => Node(links, [8, 1]);

    private static Block Node(IReadOnlyList<DagPbLink> links, byte[] data) =>
        Block.Create(Codec.DagPb, new DagPbNode(links, data).Encode());

    private static Block Shard(int fanout, IReadOnlyList<DagPbLink> links) => Node(links,
        [8, 5, 40, 0x22, 48, .. fanout < 0x80 ? new[] { (byte)fanout } : new[] { (byte)(fanout & 0x7F | 0x80), (byte)(fanout >> 7) }]);

    private static async Task<byte[]> CarAsync(params Block[] blocks)
    {
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [blocks[0].Cid], blocks.ToAsyncEnumerable());
        return car.ToArray();
    }

    private async Task SendAsync(params Block[] blocks) =>
        await _server.Client.UploadAsync(await CarAsync(blocks)).JsonAsync(HttpStatusCode.Created);

    private async Task<string> GetAsync(string path)
    {
        using var answer = await AskAsync(path);
        return await answer.Content.ReadAsStringAsync();
    }

    private Task<HttpResponseMessage> AskAsync(string path) => RawAsync(path, HttpStatusCode.OK);

    // As it is written: .NET would clean the path.
    private async Task<HttpResponseMessage> RawAsync(string path, HttpStatusCode expected)
    {
        var answer = await _server.Client.GetAsync(new Uri($"{_server.Address.AbsoluteUri.TrimEnd('/')}{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        Assert.True(expected == answer.StatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer;
    }
}
