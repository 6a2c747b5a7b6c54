using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Security;

public sealed class AccessTests
{
    private const string Token = "a long and random token";

    [Theory]
    [InlineData("localhost:8080", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:8080", HttpStatusCode.OK)]
    [InlineData("rebound.example.org", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.example.org", HttpStatusCode.Forbidden)]
    [InlineData("localhost.example.org", HttpStatusCode.Forbidden)]
    public async Task A_name_that_somebody_points_at_this_machine_is_refused(string host, HttpStatusCode status)
    {
        await using var console = await TestConsole.StartAsync();
        foreach (var path in new[] { "/", "/api/status", "/live/" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
            using var answer = await console.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("Origin", "https://example.org")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_change_that_another_site_s_page_sends_is_refused(string header, string value)
    {
        await using var console = await TestConsole.StartAsync();
        await console.Node.Queues.PauseAsync(QueueNames.Release, "kept");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/queues/release/resume");
        request.Headers.Add(header, value);
        Assert.Equal(HttpStatusCode.Forbidden, (await console.Client.SendAsync(request)).StatusCode);
        Assert.NotNull((await console.Node.Queues.FindAsync(QueueNames.Release))!.Paused);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        await using var console = await TestConsole.StartAsync();
        await console.Node.Queues.PauseAsync(QueueNames.Release, "kept");
        var answer = await console.Client.PostAsync("/queues/release/resume", new FormUrlEncodedContent([]));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotNull((await console.Node.Queues.FindAsync(QueueNames.Release))!.Paused);
    }

    [Fact]
    public async Task A_form_works_without_script_too()
    {
        await using var console = await TestConsole.StartAsync();
        await console.Node.Queues.PauseAsync(QueueNames.Release, "kept");
        var html = await console.Client.GetStringAsync("/queues/release");
        var token = Regex.Match(html, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        var answer = await console.Client.PostAsync("/queues/release/resume",
            new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]));
        Assert.Equal((HttpStatusCode.Redirect, "/queues/release"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        Assert.Null((await console.Node.Queues.FindAsync(QueueNames.Release))!.Paused);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/status")]
    [InlineData("/live/")]
    [InlineData("/api/events")]
    [InlineData("/frames/01890000-0000-7000-8000-000000000000/preview")]
    [InlineData("/no-such-page")]
    public async Task With_a_token_nothing_is_shown_without_it(string path)
    {
        await using var console = await TestConsole.StartAsync(o => o with { Ops = o.Ops with { Token = Token } });
        Assert.Equal(HttpStatusCode.Unauthorized, (await console.Client.GetAsync(path)).StatusCode);
        using var wrong = new HttpRequestMessage(HttpMethod.Get, path)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token + "x") },
        };
        Assert.Equal(HttpStatusCode.Unauthorized, (await console.Client.SendAsync(wrong)).StatusCode);
    }

    [Fact]
    public async Task With_a_token_a_monitor_is_told_in_a_word_how_bad_it_is_and_no_more()
    {
        await using var console = await TestConsole.StartAsync(o => o with { Ops = o.Ops with { Token = Token } });
        var calm = await console.Client.GetAsync("/health");
        Assert.Equal((HttpStatusCode.OK, "calm\n"), (calm.StatusCode, await calm.Content.ReadAsStringAsync()));
        File.Delete(Path.Combine(console.Node.Root.Path, Catalog.StorageRoot.IdFileName));
        var stopped = await console.Client.GetAsync("/health");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "capture stopped\n"),
            (stopped.StatusCode, await stopped.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_script_shows_the_token_in_a_header()
    {
        await using var console = await TestConsole.StartAsync(o => o with { Ops = o.Ops with { Token = Token } });
        console.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Assert.Equal(HttpStatusCode.OK, (await console.Client.GetAsync("/api/status")).StatusCode);
    }

    [Fact]
    public async Task A_browser_is_sent_to_a_form_and_remembered()
    {
        await using var console = await TestConsole.StartAsync(o => o with { Ops = o.Ops with { Token = Token } });
        console.Client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var first = await console.Client.GetAsync("/");
        Assert.Equal((HttpStatusCode.Redirect, "/login"), (first.StatusCode, first.Headers.Location!.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await console.Client.GetAsync("/login")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await LogInAsync("wrong")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await console.Client.GetAsync("/")).StatusCode);

        var cookie = Assert.Single((await LogInAsync(Token)).Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, WebUtility.UrlDecode(cookie));
        Assert.Equal(HttpStatusCode.OK, (await console.Client.GetAsync("/")).StatusCode);

        Task<HttpResponseMessage> LogInAsync(string token) =>
            console.Client.PostAsync("/login", new FormUrlEncodedContent([KeyValuePair.Create("token", token)]));
    }

    [Fact]
    public async Task Browsers_are_told_to_run_and_load_nothing_else()
    {
        await using var console = await TestConsole.StartAsync();
        var headers = (await console.Client.GetAsync("/")).Headers;
        var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Contains("no-store", headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task The_keys_that_sign_forms_stay_in_the_data_folder()
    {
        await using var console = await TestConsole.StartAsync();
        await console.Client.GetStringAsync("/queues");
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(console.Node.Data.Keys, "console")));
    }
}
