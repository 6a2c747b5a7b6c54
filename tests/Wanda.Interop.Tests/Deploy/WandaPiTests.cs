using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops.Tests;
using Wanda.Ops.Tests.App;
using Wanda.Ops.Tests.Sessions;

namespace Wanda.Interop.Tests.Deploy;

/// <summary>A real nginx with the Pi's configuration before a page, the app, and a node: every route of it.</summary>
public sealed class WandaPiTests : IAsyncLifetime
{
    private const string Token = "a long and random token";

    private readonly byte[] _there = [0xFF, 0xD8, 0xFF, 1, 2, 3], _freed = new byte[1_500_000];
    private StandInApp _app = null!;
    private WebApplication _page = null!;
    private TestDestination _server = null!;
    private TestConsole _console = null!;
    private NginxProxy _nginx = null!;
    private HttpClient _client = null!;
    private CaptureRecord _frame = null!;

    public async Task InitializeAsync()
    {
        _app = await StandInApp.StartAsync();
        _server = await TestDestination.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _page = builder.Build();
        _page.MapGet("/{**path}", () => "the page");
        await _page.StartAsync();
        _console = await TestConsole.StartAsync(o => o with
        {
            Watch = [new WatchOptions { Path = _app.Folder, Name = "captures" }],
            Destinations = [_server.Options()],
            Release = o.Release with { LowWater = new ByteSize(0) },
            Ops = o.Ops with { App = _app.Address, Token = Token, Hosts = ["wanda.local"] },
        });
        _app.Write("M 31/image_0002.jpg", _there);
        new Random(1).NextBytes(_freed);
        new byte[] { 0xFF, 0xD8, 0xFF }.CopyTo(_freed, 0);
        var frame = await _console.Node.SaveAsync(watched: "M 31/image_0001.jpg", bytes: _freed, name: "a.jpg");
        await _server.TakeAsync(_console.Node, frame);
        await _console.Node.ReleaseAsync(frame);
        _frame = (await _console.Node.Catalogue.Captures.FindAsync(frame.Id, default))!;
        _nginx = await NginxProxy.StartPiAsync(_console.Address, new Uri(_app.Address), new Uri(_page.Urls.Single()));
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _nginx.Address };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _nginx.DisposeAsync();
        await _console.DisposeAsync();
        await _page.DisposeAsync();
        await _server.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Every_route_leads_where_it_should_on_both_ports()
    {
        using var byName = new HttpClient { BaseAddress = _nginx.ByNameAddress, DefaultRequestHeaders = { Host = "wanda.local:8081" } };
        foreach (var client in new[] { _client, byName })
        {
            foreach (string page in new[] { "/", "/_next/static/a.js", "/captures", "/ipfs" })
                Assert.Equal("the page", await client.GetStringAsync(page));
            Assert.Equal("/api/camera/status", (string)(await DataAsync(client, "/api/camera/status"))["of"]!);
            Assert.Equal("embedded", (string)(await DataAsync(client, "/api/ipfs/status"))["mode"]!);
            Assert.Equal(["image_0002.jpg", "image_0001.jpg"],
                (await DataAsync(client, "/api/captures?folder=M%2031"))["files"]!.AsArray().Select(f => (string)f!));
            foreach (string prefix in new[] { "/captures/M%2031", "/api/captures/M%2031" })
            {
                foreach (string slash in new[] { "/", "%2F" })
                {
                    Assert.Equal(_there, await client.GetByteArrayAsync($"{prefix}{slash}image_0002.jpg"));
                    Assert.Equal(_freed, await client.GetByteArrayAsync($"{prefix}{slash}image_0001.jpg"));
                }
            }

            Assert.Equal(_frame.Cid, (string)(await DataAsync(client, "/api/captures/M%2031%2Fimage_0001.jpg/cid"))["cid"]!);
            Assert.Equal(_freed, await client.GetByteArrayAsync($"/ipfs/{_frame.Cid}"));
            Assert.Equal(_freed, await client.GetByteArrayAsync($"/api/ipfs/content/{_frame.Cid}"));
            using var name = await client.GetAsync("/ipns/k51qzi5uqu5dgy6fu9073kabgj2nuq3qyo4f2rcnn4380z6n8i4v2lvo8dln6l");
            Assert.Equal("IPFS_CID_NOT_FOUND", await CodeAsync(name, HttpStatusCode.NotFound));
            using var unknown = await client.GetAsync("/api/unknown");
            Assert.Equal((HttpStatusCode.NotFound, "text/html"), (unknown.StatusCode, unknown.Content.Headers.ContentType!.MediaType));
            Assert.StartsWith("0{\"sid\":", await client.GetStringAsync("/socket.io/?EIO=4&transport=polling"));
            Assert.Contains("customElements.define", await client.GetStringAsync("/wanda/components.js"));
            Assert.Contains("action=\"/wanda/login\"", await client.GetStringAsync("/wanda/login"));
            Assert.Equal("the app's /video_feed", await client.GetStringAsync("/video_feed"));
        }

        Assert.Empty(_nginx.Complaints);
    }

    [Fact]
    public async Task Nobody_becomes_more_than_a_viewer_by_what_he_writes()
    {
        foreach (string role in new[] { "operate", "view", "" })
        {
            using var change = new HttpRequestMessage(HttpMethod.Post, "/api/ipfs/pins")
            {
                Headers = { { "X-Wanda-Role", role }, { "X-Forwarded-For", "127.0.0.1" }, { "Forwarded", "for=127.0.0.1" } },
                Content = JsonContent.Create(new { cid = _frame.Cid }),
            };
            using var refused = await _client.SendAsync(change);
            Assert.Equal("UNAUTHORIZED", await CodeAsync(refused, HttpStatusCode.Unauthorized));
        }

        using var look = await _client.GetAsync("/api/queues");
        Assert.Equal(HttpStatusCode.Unauthorized, look.StatusCode);
        using var rebound = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/captures")
        {
            Headers = { Host = "rebound.example.org" },
        });
        Assert.Equal("FORBIDDEN", await CodeAsync(rebound, HttpStatusCode.Forbidden));
        using var foreign = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/api/session/start")
        {
            Headers = { { "Origin", "https://example.org" } },
        });
        Assert.Equal("FORBIDDEN", await CodeAsync(foreign, HttpStatusCode.Forbidden));
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var pinned = await _client.PostAsJsonAsync("/api/ipfs/pins", new { cid = _frame.Cid });
        Assert.Equal(HttpStatusCode.OK, pinned.StatusCode);
    }

    [Fact]
    public async Task The_page_s_own_changes_come_through_as_its_browser_sends_them()
    {
        using var start = new HttpRequestMessage(HttpMethod.Post, "/api/session/start")
        {
            Headers = { { "Origin", "http://wanda.local:8081" }, { "Sec-Fetch-Site", "same-origin" }, { "Host", "wanda.local:8081" } },
            Content = JsonContent.Create(new { name = "M 31", total_images = 2 }),
        };
        using var started = await _client.SendAsync(start);
        Assert.Equal(HttpStatusCode.OK, started.StatusCode);
        Assert.Equal("""{"name":"M 31","total_images":2}""", _app.Requests.Last().Body);
        using var captured = await _client.PostAsync("/api/camera/capture", null);
        Assert.Equal("capture_0001.jpg", (string)(await captured.Content.ReadFromJsonAsync<JsonNode>())!["data"]!["filename"]!);
    }

    [Fact]
    public async Task Who_asks_too_often_is_known_whatever_he_writes()
    {
        HttpStatusCode last;
        int asked = 0;
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/ipfs/status")
            {
                Headers = { { "X-Forwarded-For", $"203.0.113.{asked % 250}" } },
            };
            using var answer = await _client.SendAsync(request);
            last = answer.StatusCode;
        }
        while (last == HttpStatusCode.OK && ++asked < 600);
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }

    [Fact]
    public async Task The_app_goes_on_while_the_node_is_down()
    {
        await _console.StopAsync(default);
        Assert.Equal("/api/mount/status", (string)(await DataAsync(_client, "/api/mount/status"))["of"]!);
        Assert.Equal(["image_0002.jpg"],
            (await DataAsync(_client, "/api/captures?folder=M%2031"))["files"]!.AsArray().Select(f => (string)f!));
        foreach (string slash in new[] { "/", "%2F" })
            Assert.Equal(_there, await _client.GetByteArrayAsync($"/captures/M%2031{slash}image_0002.jpg"));
        using var captured = await _client.PostAsync("/api/camera/capture", null);
        Assert.Equal(HttpStatusCode.OK, captured.StatusCode);
        Assert.Single(_app.Requests, r => r.Target == "/api/camera/capture");
        Assert.Equal("the app's /socket.io/", await _client.GetStringAsync("/socket.io/?EIO=4&transport=polling"));
    }

    private static async Task<JsonNode> DataAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(address);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {answer.StatusCode} {body}");
        return JsonNode.Parse(body)!["data"]!;
    }

    private static async Task<string> CodeAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode} {body}");
        return (string)JsonNode.Parse(body)!["code"]!;
    }
}
