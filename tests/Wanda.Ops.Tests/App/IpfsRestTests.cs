using System.Net;
using System.Net.Http.Json;
using System.Text;
using Wanda.Ipfs;

namespace Wanda.Ops.Tests.App;

/// <summary>What is below /api/ipfs, in both spellings.</summary>
public sealed class IpfsRestTests : AppConsole
{
    private static readonly UnixFsProfile Profile = UnixFsProfile.UnixFsV1_2025;

    [Fact]
    public async Task The_embedded_store_runs_and_has_no_peers()
    {
        var status = await DataAsync("/api/ipfs/status");
        Assert.Equal((true, "embedded", 0),
            ((bool)status["daemon_running"]!, (string)status["mode"]!, status["addresses"]!.AsArray().Count));
        var stats = await DataAsync("/api/ipfs/stats");
        Assert.True((long)stats["storage"]!["storage_max_bytes"]! > 0);
        Assert.Equal((0, 0L, 0), ((int)stats["network"]!["peers_connected"]!, (long)stats["network"]!["total_in_bytes"]!,
            (int)stats["wanda_network"]!["known_nodes"]!));
        var peers = await DataAsync("/api/ipfs/peers?wanda_only=true");
        Assert.Equal((0, 0), ((int)peers["all_peers"]!, peers["wanda_nodes"]!.AsArray().Count));
        await RefusedAsync(await PostAsync("/api/ipfs/peers/connect",
            new { multiaddr = "/ip4/10.0.0.1/tcp/4001/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA" }),
            HttpStatusCode.ServiceUnavailable, "IPFS_DAEMON_OFFLINE");
        await RefusedAsync(
            await PostAsync("/api/ipfs/peers/connect", new { multiaddr = "x" }), HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    [Theory]
    [InlineData("pins")]
    [InlineData("pin")]
    public async Task What_others_have_is_pinned_and_let_go_again(string pins)
    {
        var bytes = Encoding.UTF8.GetBytes("what somebody else has " + pins);
        var cid = await AtTheServerAsync(bytes);
        var pinned = (await GoodAsync(await PostAsync($"/api/ipfs/{pins}", new { cid, name = "from Spain" })))["data"]!;
        Assert.Equal((cid, "pinned"), ((string)pinned["cid"]!, (string)pinned["status"]!));
        var listed = (await DataAsync($"/api/ipfs/{pins}?type=recursive"))["pins"]!.AsArray();
        Assert.Equal((cid, "from Spain", "recursive"),
            ((string)Assert.Single(listed)!["cid"]!, (string)listed[0]!["name"]!, (string)listed[0]!["type"]!));
        Assert.Empty((await DataAsync($"/api/ipfs/{pins}?type=direct"))["pins"]!.AsArray());

        await GoodAsync(await Client.DeleteAsync($"/api/ipfs/{pins}/{cid}"));
        Assert.Equal(0, (int)(await DataAsync($"/api/ipfs/{pins}"))["total"]!);
        await RefusedAsync(await Client.DeleteAsync($"/api/ipfs/{pins}/{cid}"), HttpStatusCode.NotFound, "IPFS_CID_NOT_FOUND");
    }

    [Fact]
    public async Task The_only_copy_is_not_let_go()
    {
        var cid = await AtTheServerAsync("asked for once"u8.ToArray());
        await GoodAsync(await PostAsync("/api/ipfs/pins", new { cid }));
        var frame = await Node.SaveAsync(bytes: Picture(2000), watched: "image_0001.jpg", name: "a.jpg");
        await using var store = await BlockStore.OpenAsync(Node.Data.Ipfs, TimeProvider.System);
        var added = await new EmbeddedNode(store).AddFileAsync(Node.Root.Resolve(frame.Path), frame.Id.ToString());
        await Node.AddCidAsync(frame, added.Root.ToString());
        Assert.Contains("only copy", await UnpinFailsAsync(added.Root.ToString()), StringComparison.Ordinal);
        await Node.ProveAsync(frame, cid: added.Root.ToString());
        Assert.Contains("safe on altermundi", await UnpinFailsAsync(added.Root.ToString()), StringComparison.Ordinal);
        await Server.StopAsync();
        Assert.Contains("only copy", await UnpinFailsAsync(cid), StringComparison.Ordinal);
        Assert.Equal(2, (int)(await DataAsync("/api/ipfs/pins"))["total"]!);

        async Task<string> UnpinFailsAsync(string cid) => await RefusedAsync(
            await Client.DeleteAsync($"/api/ipfs/pins/{cid}"), HttpStatusCode.InternalServerError, "IPFS_UNPIN_FAILED");
    }

    [Fact]
    public async Task What_cannot_be_pinned_is_told_why()
    {
        await RefusedAsync(await PostAsync("/api/ipfs/pins", new { cid = "no CID" }), HttpStatusCode.BadRequest, "IPFS_INVALID_CID");
        await RefusedAsync(await PostAsync("/api/ipfs/pins", new { }), HttpStatusCode.BadRequest, "INVALID_REQUEST");
        await RefusedAsync(
            await Client.PostAsync("/api/ipfs/pins", new StringContent("[[[[[[1]]]]]]")), HttpStatusCode.BadRequest, "INVALID_REQUEST");
        await RefusedAsync(await Client.PostAsync("/api/ipfs/pins", new ByteArrayContent(new byte[70_000])), HttpStatusCode.BadRequest,
            "INVALID_REQUEST");
        await RefusedAsync(
            await PostAsync("/api/ipfs/pins", new { cid = TestNode.Cid }), HttpStatusCode.InternalServerError, "IPFS_PIN_FAILED");
        Assert.Equal(0, (int)(await DataAsync("/api/ipfs/pins"))["total"]!);
    }

    [Fact]
    public async Task Content_comes_as_it_is_asked_for()
    {
        var bytes = await FreedAsync("M 31/image_0001.jpg", 2_500_000);
        var cid = Assert.Single(await Node.Catalogue.Captures.NewestAsync(1, default)).Cid!;
        foreach (var address in new[] { $"/api/ipfs/content/{cid}", $"/api/ipfs/{cid}", $"/ipfs/{cid}" })
        {
            using var answer = await Client.GetAsync(address);
            Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal((cid, $"\"{cid}\"", "image/jpeg"), (Assert.Single(answer.Headers.GetValues("X-IPFS-CID")),
                answer.Headers.ETag!.Tag, answer.Content.Headers.ContentType!.MediaType));
            Assert.Null(answer.Content.Headers.ContentDisposition);
        }

        using var raw = await Client.GetAsync($"/api/ipfs/content/{cid}?format=raw&download=a%2Fb.jpg");
        Assert.Equal(("application/octet-stream", "b.jpg"),
            (raw.Content.Headers.ContentType!.MediaType, raw.Content.Headers.ContentDisposition!.FileNameStar));
        var told = await DataAsync($"/api/ipfs/content/{cid}?format=json");
        Assert.Equal(("file", 2_500_000, "image_0001.jpg"), ((string)told["type"]!, (int)told["size_bytes"]!, (string)told["name"]!));
        using var redirect = await Client.GetAsync($"/api/ipfs/content/{cid}?format=redirect");
        Assert.Equal((HttpStatusCode.Redirect, $"/ipfs/{cid}"), (redirect.StatusCode, redirect.Headers.Location!.ToString()));
        await RefusedAsync(await Client.GetAsync($"/api/ipfs/content/{cid}?format=x"), HttpStatusCode.BadRequest, "INVALID_REQUEST");
        await RefusedAsync(await Client.GetAsync("/api/ipfs/content/x"), HttpStatusCode.BadRequest, "IPFS_INVALID_CID");
        await RefusedAsync(await Client.GetAsync($"/api/ipfs/{TestNode.Cid}"), HttpStatusCode.NotFound, "IPFS_CID_NOT_FOUND");
    }

    [Fact]
    public async Task A_page_that_somebody_put_there_is_saved_and_not_shown()
    {
        var cid = await AtTheServerAsync("<html><script>alert(1)</script></html>"u8.ToArray());
        using var answer = await Client.GetAsync($"/ipfs/{cid}");
        Assert.Equal(("application/octet-stream", "attachment"),
            (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Contains("sandbox", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_its_entries_and_a_path_below_it_a_file()
    {
        var bytes = await FreedAsync("M 31/image_0001.jpg", 2_500_000);
        var frame = Assert.Single(await Node.Catalogue.Captures.NewestAsync(1, default));
        await using var store = await BlockStore.OpenAsync(Node.Data.Ipfs, TimeProvider.System);
        var inner = await new EmbeddedNode(store).AddDirectoryAsync(
            [new DagPbLink("image_0001.jpg", Cid.Parse(frame.Cid!), 2_500_100)], new Dictionary<string, ReadOnlyMemory<byte>>
            {
                ["metadata.json"] = "{}"u8.ToArray(),
                ["below/a.txt"] = "a"u8.ToArray(),
            }, "session/night/1");
        var data = await DataAsync($"/api/ipfs/content/{inner.Root}");
        Assert.Equal("directory", (string)data["type"]!);
        Assert.Equal(["below directory", "image_0001.jpg file", "metadata.json file"],
            data["entries"]!.AsArray().Select(e => $"{e!["name"]} {e["type"]}").Order());
        Assert.Equal(bytes, await Client.GetByteArrayAsync($"/ipfs/{inner.Root}/image_0001.jpg"));
        Assert.Equal("{}", await Client.GetStringAsync($"/ipfs/{inner.Root}/metadata.json"));
        await RefusedAsync(await Client.GetAsync($"/ipfs/{inner.Root}/nothing"), HttpStatusCode.NotFound, "IPFS_CID_NOT_FOUND");
        await RefusedAsync(await Client.GetAsync("/ipns/k51qzi5uqu5dgy6fu9073kabgj2nuq3qyo4f2rcnn4380z6n8i4v2lvo8dln6l"),
            HttpStatusCode.NotFound, "IPFS_CID_NOT_FOUND");
    }

    [Theory]
    [InlineData("/captures/M 31/image_0001.jpg", true)]
    [InlineData("/watch/captures/M 31/image_0001.jpg", false)]
    public async Task A_file_of_a_watched_folder_gets_its_CID(string path, bool wrap)
    {
        var bytes = Picture(300_000);
        App.Write("M 31/image_0001.jpg", bytes);
        var expected = (await new UnixFsImporter(Profile).ImportAsync(new MemoryStream(bytes))).Root.ToString();
        Assert.Equal((expected, false), await AddAsync(pin: false, wrap: false));
        Assert.Equal((expected, true), await AddAsync(pin: true, wrap: false));
        if (wrap)
        {
            var (directory, _) = await AddAsync(pin: true, wrap: true);
            Assert.Equal(expected, (string)(await DataAsync($"/api/ipfs/content/{directory}"))["entries"]![0]!["cid"]!);
        }

        File.Delete(Path.Combine(App.Folder, "M 31/image_0001.jpg"));
        Assert.Equal(bytes, await Client.GetByteArrayAsync($"/ipfs/{expected}"));

        async Task<(string, bool)> AddAsync(bool pin, bool wrap)
        {
            var data = (await GoodAsync(await PostAsync("/api/ipfs/content", new { path, pin, wrap_directory = wrap })))["data"]!;
            return ((string)data["cid"]!, (bool)data["pinned"]!);
        }
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/captures/../secret")]
    [InlineData("/captures/link")]
    [InlineData("/captures/.hidden")]
    [InlineData("/captures")]
    [InlineData("/watch/nothing/a")]
    [InlineData("/frames/.wanda-storage.json")]
    [InlineData("/captures/a\0b")]
    [InlineData("captures/a")]
    [InlineData("")]
    public async Task No_path_leads_elsewhere(string path)
    {
        File.CreateSymbolicLink(Path.Combine(App.Folder, "link"), "/etc/passwd");
        App.Write(".hidden", "x"u8.ToArray());
        var answer = await PostAsync("/api/ipfs/content", new { path });
        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{answer.StatusCode}");
    }

    private Task<HttpResponseMessage> PostAsync(string address, object body) => Client.PostAsJsonAsync(address, body);

    private async Task<string> AtTheServerAsync(byte[] bytes)
    {
        var capture = await Node.SaveAsync(bytes: bytes, name: $"{Guid.NewGuid():N}.bin", session: "theirs");
        return await Server.PutAsync(Node.Root.Resolve(capture.Path), capture);
    }
}
