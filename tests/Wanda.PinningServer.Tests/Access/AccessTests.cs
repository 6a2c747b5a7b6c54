using System.Net;
using System.Net.Http.Headers;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Access;

public sealed class AccessTests
{
    private static readonly string[] Writes = ["POST /v0/car", "POST /v0/possession", "POST /v0/uploads", "HEAD /v0/uploads/x",
        "PATCH /v0/uploads/x", "DELETE /v0/uploads/x", "GET /v0/pins", "GET /v0/node", "DELETE /v0/pins/x", "GET /metrics",
        "GET /psa/pins", "POST /psa/pins", "GET /psa/pins/x", "POST /psa/pins/x", "DELETE /psa/pins/x", "PUT /routing/v1/ipns/k51"];

    private static readonly string[] Reading = ["GET /ipfs/bafkqaaa", "HEAD /ipfs/bafkqaaa", "GET /ipns/k51", "GET /routing/v1/ipns/k51"];

    [Theory]
    [InlineData(null)]
    [InlineData("wanda_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("")]
    public async Task Without_a_good_token_nothing_but_health_answers_and_always_the_same(string? token)
    {
        await using var server = await TestServer.StartAsync();
        using var stranger = server.ClientOf(null);
        if (token is not null)
            stranger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");

        var bodies = new HashSet<string>();
        foreach (string call in Writes.Concat(Reading))
        {
            using var answer = await SendAsync(stranger, call);
            Assert.Equal((call, HttpStatusCode.Unauthorized), (call, answer.StatusCode));
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
            bodies.Add(await answer.Content.ReadAsStringAsync());
        }

        bodies.Remove(""); // HEAD has none.
        Assert.Equal(["""{"error":{"reason":"UNAUTHORIZED","details":"Access token is missing or invalid"}}"""], bodies);
        await stranger.GetAsync("/health").JsonAsync();
    }

    [Fact]
    public async Task Public_reads_open_content_and_nothing_else()
    {
        await using var server = await TestServer.StartAsync(o => o with { Reads = Reads.Public });
        using var stranger = server.ClientOf(null);

        foreach (string call in Writes)
        {
            using var answer = await SendAsync(stranger, call);
            Assert.Equal((call, HttpStatusCode.Unauthorized), (call, answer.StatusCode));
        }

        foreach (string call in Reading)
        {
            using var answer = await SendAsync(stranger, call);
            Assert.NotEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        await using var server = await TestServer.StartAsync(o => o with
        {
            Nodes = [.. o.Nodes.Select(n => n.Name == TestServer.Dome ? n with { Expires = DateTimeOffset.UnixEpoch } : n)],
        });
        using var hill = server.ClientOf(TestServer.Hill);

        Assert.Equal("UNAUTHORIZED", await server.Client.GetAsync("/v0/pins").RefusedAsync(HttpStatusCode.Unauthorized));
        await hill.GetAsync("/v0/pins").JsonAsync();
    }

    [Fact]
    public async Task Nodes_do_not_see_or_touch_one_another()
    {
        await using var server = await TestServer.StartAsync();
        var frame = await Frame.MakeAsync(1000);
        string id =
            (string)(await server.Client.UploadAsync(await frame.CarAsync(), "session=s").JsonAsync(HttpStatusCode.Created))["pinId"]!;
        using var hill = server.ClientOf(TestServer.Hill);

        Assert.Empty(await hill.PinsAsync());
        Assert.Empty(await hill.PinsAsync($"cid={frame.Root}"));
        Assert.Equal("NOT_FOUND", await hill.GetAsync($"/v0/pins/{id}").RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal("NOT_FOUND", await hill.GetAsync($"/psa/pins/{id}").RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal("NOT_FOUND", await hill.DeleteAsync($"/psa/pins/{id}").RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal("NOT_FOUND",
            await hill.PostAsync($"/psa/pins/{id}", Api.Json(new { cid = frame.Root.ToString() })).RefusedAsync(HttpStatusCode.NotFound));
        using var deleted = await hill.DeleteAsync($"/v0/pins/{id}");
        Assert.Single(await server.Client.PinsAsync());
    }

    [Fact]
    public async Task Without_tokens_a_web_page_elsewhere_cannot_write()
    {
        await using var server = await TestServer.StartAsync(o => o with { Nodes = [] });
        byte[] car = await (await Frame.MakeAsync(1000)).CarAsync();
        using var page = server.ClientOf(null);
        page.DefaultRequestHeaders.Add("Origin", "https://example.org");
        using var local = server.ClientOf(null);

        Assert.Equal("UNAUTHORIZED", await page.UploadAsync(car).RefusedAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("local", (string)(await local.UploadAsync(car).JsonAsync(HttpStatusCode.Created))["node"]!);
    }

    [Fact]
    public async Task Without_tokens_a_proxy_in_front_opens_nothing()
    {
        await using var server = await TestServer.StartAsync(o => o with { Nodes = [] });
        using var client = server.ClientOf(null);
        client.DefaultRequestHeaders.Host = "pin.example.org";

        Assert.Equal("UNAUTHORIZED", await client.GetAsync("/v0/pins").RefusedAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task An_unknown_path_says_so_in_the_same_shape()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal("NOT_FOUND", await server.Client.GetAsync("/nothing").RefusedAsync(HttpStatusCode.NotFound));
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string call)
    {
        string[] parts = call.Split(' ');
        return client.SendAsync(new HttpRequestMessage(new HttpMethod(parts[0]), parts[1])
        {
            Content = parts[0] is "POST" or "PUT"
                ? new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } }
                : null,
        });
    }
}
