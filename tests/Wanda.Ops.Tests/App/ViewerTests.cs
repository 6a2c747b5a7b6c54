using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Wanda.Ops.Tests.App;

/// <summary>Who may what, with a token and without, directly and through a proxy.</summary>
public sealed class ViewerTests : AppConsole
{
    private static readonly string[] Listed =
    [
        "/api/ipfs/status", "/api/ipfs/stats", "/api/ipfs/pins", "/api/ipfs/peers", "/api/captures", "/api/session/status",
        "/captures/a.jpg", "/api/camera/status",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_comes_through_the_proxy_may_look_and_change_nothing_of_ours(bool withToken)
    {
        App.Write("a.jpg", Picture(20));
        await using var console = await StartAsync(o => o with { Token = withToken ? Token : null, Hosts = ["wanda.local"] });
        foreach (var address in Listed)
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, address)).StatusCode);
        foreach (var (method, address) in new[]
            {
                (HttpMethod.Post, "/api/ipfs/pins"), (HttpMethod.Post, "/api/ipfs/pin"),
                (HttpMethod.Delete, $"/api/ipfs/pins/{TestNode.Cid}"), (HttpMethod.Post, "/api/ipfs/content"),
                (HttpMethod.Post, "/api/ipfs/peers/connect"),
            })
        {
            await RefusedAsync(await SendAsync(method, address), HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        }

        foreach (var address in new[] { "/api/status", "/api/queues", "/api/frames", "/api/events", "/", "/frames" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, address)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Post, "/api/queues/release/resume")).StatusCode);
        // The app's own, which it lets everybody do.
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, "/api/session/start")).StatusCode);
        Assert.Equal(withToken ? HttpStatusCode.NotFound : HttpStatusCode.Unauthorized,
            (await SendAsync(HttpMethod.Delete, $"/api/ipfs/pins/{TestNode.Cid}", Token)).StatusCode);

        Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, string? token = null)
        {
            var request = new HttpRequestMessage(method, address)
            {
                Headers = { { "X-Forwarded-For", "192.168.1.7" }, { "X-Wanda-Role", "view" }, { "Host", "wanda.local" } },
            };
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return console.Client.SendAsync(request);
        }
    }

    [Theory]
    [InlineData("X-Wanda-Role", "operate")]
    [InlineData("X-Wanda-Role", "")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    public async Task No_header_makes_anybody_an_operator(string header, string value)
    {
        foreach (var token in new[] { null, Token })
        {
            await using var console = await StartAsync(o => o with { Token = token });
            using var look = Asking(HttpMethod.Get, "/api/ipfs/status");
            Assert.Equal(token is null ? HttpStatusCode.OK : HttpStatusCode.Unauthorized,
                (await console.Client.SendAsync(look)).StatusCode);
            using var change = Asking(HttpMethod.Post, "/api/ipfs/pins");
            await RefusedAsync(await console.Client.SendAsync(change), HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        }

        HttpRequestMessage Asking(HttpMethod method, string address)
        {
            var request = new HttpRequestMessage(method, address);
            request.Headers.TryAddWithoutValidation(header, value);
            return request;
        }
    }

    [Theory]
    [InlineData("wanda.local", true)]
    [InlineData("WANDA.local:8081", true)]
    [InlineData("rebound.example.org", false)]
    [InlineData("wanda.local.example.org", false)]
    public async Task Only_names_that_are_given_are_answered_to(string host, bool answered)
    {
        foreach (var token in new[] { null, Token })
        {
            await using var console = await StartAsync(o => o with { Token = token, Hosts = ["wanda.local"] });
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/ipfs/status")
            {
                Headers = { { "X-Wanda-Role", "view" }, { "Host", host } },
            };
            using var answer = await console.Client.SendAsync(request);
            if (answered)
                await GoodAsync(answer);
            else
                await RefusedAsync(answer, HttpStatusCode.Forbidden, "FORBIDDEN");
        }
    }

    [Theory]
    [InlineData("http://wanda.local:3000", true)]
    [InlineData("http://wanda.local", false)]
    [InlineData("https://example.org", false)]
    public async Task A_page_of_an_origin_that_is_named_may_ask_and_change(string origin, bool may)
    {
        await using var console = await StartAsync(o => o with { Origins = ["http://wanda.local:3000"], Token = Token });
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/api/camera/status")
        {
            Headers = { { "Origin", origin }, { "X-Wanda-Role", "view" }, { "Host", "localhost" } },
        };
        using var answer = await console.Client.SendAsync(ask);
        Assert.Equal(may, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) && allowed.Single() == origin);
        using var change = new HttpRequestMessage(HttpMethod.Post, "/api/ipfs/pins")
        {
            Headers = { { "Origin", origin }, { "Sec-Fetch-Site", "same-site" } },
            Content = JsonContent.Create(new { cid = "x" }),
        };
        change.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        await RefusedAsync(await console.Client.SendAsync(change), may ? HttpStatusCode.BadRequest : HttpStatusCode.Forbidden,
            may ? "IPFS_INVALID_CID" : "FORBIDDEN");
    }

    [Theory]
    [InlineData("/api/ipfs/status", 60)]
    [InlineData("/api/ipfs/stats", 30)]
    public async Task Who_asks_too_often_waits_and_nobody_else(string address, int perMinute)
    {
        var answers = new List<HttpResponseMessage>();
        // A minute may pass meanwhile on a busy machine: then there are as many again.
        while (answers.Count < 10 * perMinute && answers.LastOrDefault()?.StatusCode != HttpStatusCode.TooManyRequests)
            answers.Add(await FromAsync("192.168.1.7"));
        Assert.True(answers.Count > perMinute, $"{answers.Count} were enough");
        Assert.InRange(answers[^1].Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        await RefusedAsync(answers[^1], HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        await GoodAsync(await FromAsync("192.168.1.8"));
        await GoodAsync(await Client.GetAsync(address)); // from here itself

        // What a client wrote comes before what the proxy adds.
        Task<HttpResponseMessage> FromAsync(string from) => Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, address)
        {
            Headers = { { "X-Forwarded-For", $"10.0.0.{answers.Count % 250}, {from}" } },
        });
    }

    [Fact]
    public async Task Pins_are_limited_and_content_only_when_it_is_fetched()
    {
        await FreedAsync("image_0001.jpg");
        var cid = Assert.Single(await Node.Catalogue.Captures.NewestAsync(1, default)).Cid!;
        for (var i = 0; i < 40; i++)
            Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync($"/api/ipfs/content/{cid}")).StatusCode); // fetched once, and kept
        var (pins, contents) = (0, 0);
        while (pins < 100 && (await Client.PostAsJsonAsync("/api/ipfs/pins", new { cid = "x" })).StatusCode == HttpStatusCode.BadRequest)
            pins++;
        while (contents < 300 && (await Client.GetAsync($"/api/ipfs/content/{TestNode.Cid}")).StatusCode == HttpStatusCode.NotFound)
            contents++;
        Assert.InRange(pins, 10, 99);
        Assert.InRange(contents, 29, 299);
    }
}
