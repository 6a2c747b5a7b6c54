using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Wanda.Ops.Tests.App;

/// <summary>What is the app's goes to the app and comes back as it is.</summary>
public sealed class PassedOnTests : AppConsole
{
    // What lib/api-client.ts of the page asks for.
    public static TheoryData<string, string> Asked => new()
    {
        { "GET", "/api/camera/status" }, { "POST", "/api/camera/settings" }, { "POST", "/api/camera/capture" },
        { "GET", "/api/session/status" }, { "POST", "/api/session/start" }, { "POST", "/api/session/stop" },
        { "GET", "/api/session/config" }, { "POST", "/api/session/config" },
        { "GET", "/api/mount/status" }, { "POST", "/api/mount/tracking" },
        { "GET", "/api/captures" }, { "GET", "/api/captures?folder=M%2031" }, { "GET", "/api/captures/folders" },
        { "GET", "/api/captures/capture_0001.jpg" },
    };

    [Theory]
    [MemberData(nameof(Asked))]
    public async Task Each_request_of_the_page_is_answered_as_by_the_app(string method, string address)
    {
        App.Write("capture_0001.jpg", Picture(100));
        using var direct = new HttpClient { BaseAddress = new Uri(App.Address) };
        using var theirs = await SendAsync(direct);
        // As the page sends it, through nginx, without a token.
        using var ours = await SendAsync(Client);

        Assert.Equal(theirs.StatusCode, ours.StatusCode);
        if (address.EndsWith(".jpg", StringComparison.Ordinal))
        {
            Assert.Equal(await theirs.Content.ReadAsByteArrayAsync(), await ours.Content.ReadAsByteArrayAsync());
            return;
        }

        var (was, now) = ((await theirs.Content.ReadFromJsonAsync<JsonObject>())!, (await ours.Content.ReadFromJsonAsync<JsonObject>())!);
        Assert.Equal(was.Select(p => p.Key), now.Select(p => p.Key));
        foreach (var (key, value) in was["data"]!.AsObject().Where(p => p.Key != "capture_status"))
            Assert.True(JsonNode.DeepEquals(value, now["data"]![key]), $"{key}: {value} became {now["data"]![key]}");

        Task<HttpResponseMessage> SendAsync(HttpClient client) => client.SendAsync(new HttpRequestMessage(new HttpMethod(method), address)
        {
            Content = method == "POST" ? JsonContent.Create(new { name = "M 31", total_images = 2, action = "start" }) : null,
            Headers = { { "X-Forwarded-For", "192.168.1.7" }, { "X-Wanda-Role", "view" } },
        });
    }

    [Fact]
    public async Task What_nobody_knows_is_the_app_s_to_refuse_and_its_page_is_none_of_ours()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/x/A%2FB%20%25/?q=%2f&r=a%20b")
        {
            Content = new StringContent("a body"),
            Headers = { { "Cookie", "wanda-console=secret; theirs=1; wanda-form=secret" }, { "X-Wanda-Role", "view" } },
        };
        using var answer = await Client.SendAsync(request);

        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.StartsWith("<!doctype html>\n<title>404", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("sandbox", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        var asked = Assert.Single(App.Requests);
        Assert.Equal(("PUT", "/api/x/A%2FB%20%25/?q=%2f&r=a%20b", "a body"), (asked.Method, asked.Target, asked.Body));
        Assert.Equal("theirs=1", asked.Headers["Cookie"]);
        Assert.DoesNotContain("X-Wanda-Role", asked.Headers.Keys);
    }

    [Fact]
    public async Task The_console_s_token_stays_here_and_the_app_s_own_goes_on()
    {
        await using var console = await StartAsync(o => o with { Token = Token });
        foreach (var token in new[] { Token, "theirs" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/camera/status")
            {
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            };
            request.Headers.Add("X-Wanda-Role", "view");
            await GoodAsync(await console.Client.SendAsync(request));
        }

        Assert.Equal([false, true], App.Requests.Select(r => r.Headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task A_fault_of_the_app_is_the_app_s()
    {
        App.FailsToCapture = true;
        using var answer = await Client.PostAsync("/api/camera/capture", null);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("""{"success":false,"code":"CAPTURE_ERROR","error":""}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_app_that_is_away_is_told_in_its_own_way()
    {
        await using var console = await StartAsync(o => o with { App = "http://127.0.0.1:1" });
        foreach (var address in new[] { "/api/camera/status", "/api/session/status", "/api/session/config" })
            await RefusedAsync(await console.Client.GetAsync(address), HttpStatusCode.BadGateway, "APP_UNREACHABLE");
        await RefusedAsync(await console.Client.PostAsync("/api/camera/capture", null), HttpStatusCode.BadGateway, "APP_UNREACHABLE");
    }

    [Fact]
    public async Task Without_an_app_its_addresses_lead_nowhere()
    {
        await using var console = await StartAsync(o => o with { App = null });
        Assert.Equal(HttpStatusCode.NotFound, (await console.Client.GetAsync("/api/camera/status")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await console.Client.GetAsync("/api/session/config")).StatusCode);
        // How far its own frames are the node knows without one.
        Assert.Equal(100, (int)(await GoodAsync(
            await console.Client.GetAsync("/api/session/status")))["data"]!["ipfs"]!["upload_progress_percent"]!);
        Assert.Empty((await GoodAsync(await console.Client.GetAsync("/api/captures")))["data"]!["files"]!.AsArray());
    }
}
