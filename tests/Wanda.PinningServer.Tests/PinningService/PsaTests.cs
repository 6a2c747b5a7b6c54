using System.Net;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.PinningService;

public sealed class PsaTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(o => o with { MaxQueuedPins = 30 });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_CID_that_nobody_holds_stays_queued_until_its_bytes_come()
    {
        var frame = await Frame.MakeAsync(2_000_000);
        var status = await AddAsync(new { cid = frame.Root.ToString(), name = "m31" });
        string id = (string)status["requestid"]!;
        Assert.Equal("queued", (string)status["status"]!);
        Assert.Contains("/v0/car", (string)status["info"]!["status_details"]!);
        Assert.Equal(0, (int)(await ListAsync(""))["count"]!);

        await _server.Client.UploadAsync(await frame.CarAsync(), "capture=c1").JsonAsync(HttpStatusCode.Created);

        await Eventually.HoldsAsync(
            async () => (string)(await _server.Client.GetAsync($"/psa/pins/{id}").JsonAsync())["status"]! == "pinned",
            "the pin is settled");
        Assert.Equal(2, (int)(await ListAsync(""))["count"]!);

        // It is a claim of its own: without the upload's pin the bytes stay.
        string upload = (string)(await _server.Client.PinsAsync("capture=c1")).Single()!["pinId"]!;
        using var deleted = await _server.Client.DeleteAsync($"/v0/pins/{upload}");
        await _server.RestartAsync();
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }

    [Fact]
    public async Task A_half_held_DAG_is_not_pinned()
    {
        var frame = await Frame.MakeAsync(2_000_000);
        var leaf = await Frame.MakeAsync(frame[frame.Blocks[^1]]);
        await _server.Client.UploadAsync(await leaf.CarAsync()).JsonAsync(HttpStatusCode.Created);

        Assert.Equal("pinned", (string)(await AddAsync(new { cid = leaf.Root.ToString() }))["status"]!);
        Assert.Equal("queued", (string)(await AddAsync(new { cid = frame.Root.ToString() }))["status"]!);
    }

    [Fact]
    public async Task The_answer_has_the_shape_of_the_specification()
    {
        string cid = Random(1);

        var status = await AddAsync(new
        {
            cid,
            name = "a",
            origins = new[] { "/ip4/192.0.2.1/tcp/4001/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq" },
            meta = new { night = "1" },
        });

        Assert.Equal((cid, "a", "1"),
            ((string)status["pin"]!["cid"]!, (string)status["pin"]!["name"]!, (string)status["pin"]!["meta"]!["night"]!));
        Assert.Single(status["pin"]!["origins"]!.AsArray());
        Assert.Contains("/p2p/12D3KooW", (string)status["delegates"]!.AsArray().Single()!);
        Assert.EndsWith("Z", (string)status["created"]!);
    }

    [Fact]
    public async Task Listing_filters_pages_and_counts()
    {
        string[] names = ["Night", "night", "Nightfall", "dawn"];
        foreach (var (name, i) in names.Select((n, i) => (n, i)))
            await AddAsync(new { cid = Random(i), name, meta = new { app = i % 2 == 0 ? "a" : "b", more = "x" } });

        Assert.Equal(["dawn", "Nightfall", "night", "Night"], await NamesAsync("status=queued"));
        Assert.Equal(["dawn", "Nightfall"], await NamesAsync("status=queued&limit=2"));
        Assert.Equal(4, (int)(await ListAsync("status=queued,pinned&limit=2"))["count"]!);
        Assert.Equal(["night"], await NamesAsync("status=queued&name=night"));
        Assert.Equal(["night", "Night"], await NamesAsync("status=queued&name=night&match=iexact"));
        Assert.Equal(["Nightfall", "Night"], await NamesAsync("status=queued&name=Night&match=partial"));
        Assert.Equal(["Nightfall", "night", "Night"], await NamesAsync("status=queued&name=nIGHT&match=ipartial"));
        Assert.Equal(["dawn", "night"], await NamesAsync($"status=queued&meta={Uri.EscapeDataString("""{"app":"b","more":"x"}""")}"));
        Assert.Equal(["Nightfall", "Night"], await NamesAsync($"status=queued&cid={Random(0)},{Random(2)}"));
        Assert.Empty(await NamesAsync("status=failed"));
        Assert.Empty(await NamesAsync("status=pinned"));
        string second = (string)(await ListAsync("status=queued"))["results"]!.AsArray()[1]!["created"]!;
        Assert.Equal(["night", "Night"], await NamesAsync($"status=queued&before={second}"));
        Assert.Equal(["dawn"], await NamesAsync($"status=queued&after={second}"));
    }

    [Theory]
    [InlineData("ÑANDÚ", "ñandú")]
    [InlineData("ΝΎΞ ΣΤΟΥΣ", "νύξ στους")] // the sigma at a word's end has a form of its own
    [InlineData("НОЧЬ", "ночь")]
    [InlineData("𐐀𐐁", "𐐨𐐩")] // beyond 16 bits
    [InlineData("Straẞe 夜", "straße 夜")]
    public async Task Names_of_any_script_are_found_in_either_case(string name, string asked)
    {
        await AddAsync(new { cid = Random(1), name });
        await AddAsync(new { cid = Random(2), name = $"{name} 2" });
        string query = $"status=queued&name={Uri.EscapeDataString(asked)}";

        Assert.Empty(await NamesAsync(query));
        Assert.Equal([name], await NamesAsync($"{query}&match=iexact"));
        Assert.Empty(await NamesAsync($"{query}&match=partial"));
        Assert.Equal([$"{name} 2", name], await NamesAsync($"{query}&match=ipartial"));
        Assert.Equal([name], await NamesAsync($"status=queued&name={Uri.EscapeDataString(name)}"));
    }

    [Fact]
    public async Task Accents_are_as_they_were_sent()
    {
        await AddAsync(new { cid = Random(1), name = "cafe\u0301" }); // e and a combining accent

        Assert.Empty(await NamesAsync($"status=queued&match=iexact&name={Uri.EscapeDataString("café")}"));
        Assert.Single(await NamesAsync($"status=queued&match=iexact&name={Uri.EscapeDataString("CAFE\u0301")}"));
    }

    [Theory]
    [InlineData("GET", "/pins?limit=1")]
    [InlineData("POST", "/pins")]
    [InlineData("DELETE", "/pins/abc")]
    public async Task Who_left_out_psa_is_told_where_the_API_is(string method, string path)
    {
        var asked = new HttpRequestMessage(new HttpMethod(method), path);

        var answer = await _server.Client.SendAsync(asked).JsonAsync(HttpStatusCode.NotFound);

        Assert.Equal("NOT_FOUND", (string)answer["error"]!["reason"]!);
        Assert.Contains($"{_server.Address}psa:", (string)answer["error"]!["details"]!);
    }

    [Fact]
    public async Task Replacing_ends_the_old_pin_and_removing_the_new_one()
    {
        string id = (string)(await AddAsync(new { cid = Random(1) }))["requestid"]!;

        string next = (string)(await _server.Client.PostAsync($"/psa/pins/{id}", Api.Json(new { cid = Random(2) }))
            .JsonAsync(HttpStatusCode.Accepted))["requestid"]!;

        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/psa/pins/{id}").RefusedAsync(HttpStatusCode.NotFound));
        using var removed = await _server.Client.DeleteAsync($"/psa/pins/{next}");
        Assert.Equal(HttpStatusCode.Accepted, removed.StatusCode);
        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/psa/pins/{next}").RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal("NOT_FOUND", await _server.Client.DeleteAsync($"/psa/pins/{next}").RefusedAsync(HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"cid":"x"}""")]
    [InlineData("""{"cid":5}""")]
    [InlineData("nonsense")]
    public async Task A_pin_without_a_CID_is_refused(string json)
    {
        using var body = new StringContent(json);

        Assert.Equal("BAD_REQUEST", await _server.Client.PostAsync("/psa/pins", body).RefusedAsync(HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("status=lost")]
    [InlineData("match=fuzzy")]
    [InlineData("cid=x")]
    [InlineData("before=yesterday")]
    [InlineData("meta=x")]
    public async Task A_filter_out_of_bounds_is_refused(string query) =>
        Assert.Equal("BAD_REQUEST", await _server.Client.GetAsync($"/psa/pins?{query}").RefusedAsync(HttpStatusCode.BadRequest));

    [Fact]
    public async Task Wishes_are_bounded()
    {
        for (int i = 0; i < 30; i++)
            await AddAsync(new { cid = Random(i) });

        Assert.Equal("TOO_MANY_QUEUED_PINS",
            await _server.Client.PostAsync("/psa/pins", Api.Json(new { cid = Random(31) })).RefusedAsync(HttpStatusCode.TooManyRequests));
    }

    private static string Random(int seed) => Cid.V1(Codec.Raw, Multihash.Sha256(BitConverter.GetBytes(seed))).ToString();

    private Task<System.Text.Json.Nodes.JsonNode> AddAsync(object pin) =>
        _server.Client.PostAsync("/psa/pins", Api.Json(pin)).JsonAsync(HttpStatusCode.Accepted);

    private Task<System.Text.Json.Nodes.JsonNode> ListAsync(string query) => _server.Client.GetAsync($"/psa/pins?{query}").JsonAsync();

    private async Task<string[]> NamesAsync(string query) =>
        [.. (await ListAsync(query))["results"]!.AsArray().Select(r => (string)r!["pin"]!["name"]!)];
}
