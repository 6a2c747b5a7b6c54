using System.Net;
using System.Net.Http.Headers;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Operator;

/// <summary>The operator's pages: where they are, and where not, and who gets them.</summary>
public sealed class OperatorAccessTests : IAsyncLifetime
{
    private static readonly string[] Pages = ["/", "/pins", "/log", "/invite", "/metrics", "/nothing"];
    private static readonly string[] Actions = ["/invite", "/revoke", "/remove", "/unpin", "/restore", "/restore-all", "/logout"];

    private TestServer _server = null!;
    private Browser _stranger = null!;

    private string TokenFile => Path.Combine(_server.Folder, "operator.token");

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(o => o with { OperatorListen = "127.0.0.1:0" });
        _stranger = new Browser(_server);
    }

    public async Task DisposeAsync()
    {
        _stranger.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Without_an_address_there_are_no_pages_and_no_token()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Null(server.OperatorAddress);
        Assert.False(File.Exists(Path.Combine(server.Folder, "operator.token")));
    }

    [Fact]
    public async Task The_token_is_the_operators_alone_and_stays()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokenFile));
            File.SetUnixFileMode(TokenFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        string token = _stranger.Token;
        await _server.RestartAsync();

        Assert.Equal(token, _stranger.Token);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokenFile));
        using var node = _server.With(token);
        Assert.Equal("UNAUTHORIZED", await node.GetAsync("/v0/node").RefusedAsync(HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData("short")]
    [InlineData(null)] // a node's
    public async Task A_token_that_could_be_guessed_or_is_a_nodes_is_not_taken(string? token)
    {
        string file = Path.Combine(_server.Folder, "dome.token");
        await File.WriteAllTextAsync(file, AccessToken.Generate());
        await File.WriteAllTextAsync(TokenFile, token ?? await File.ReadAllTextAsync(file));
        _server.Change = o => o with
        {
            OperatorListen = "127.0.0.1:0",
            Nodes = [.. o.Nodes, new() { Name = "third", TokenFile = file }],
        };

        var wrong = await Assert.ThrowsAsync<PinningServerOptionsException>(_server.RestartAsync);

        Assert.Contains("operator.token", wrong.Message);
        File.Delete(TokenFile);
        await _server.StartAgainAsync();
    }

    [Fact]
    public async Task Neither_side_has_what_is_the_others()
    {
        using var browser = await Browser.LoggedInAsync(_server);
        var frame = await Frame.MakeAsync(1000);
        await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);

        foreach (string path in (string[])["/v0/node", "/v0/pins", "/psa/pins", "/health", $"/ipfs/{frame.Root}"])
        {
            using var operators = await browser.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, operators.StatusCode);
        }

        using var client = _server.With(browser.Token);
        foreach (string path in (string[])["/pins", "/log", "/invite", "/login", "/operator.css"])
        {
            using var open = await _server.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, open.StatusCode);
            using var withToken = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, withToken.StatusCode);
        }

        // The host that a request names makes no difference: it is the socket that counts.
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/log") { Headers = { Host = _server.OperatorAddress!.Authority } };
        using var answer = await _server.Client.SendAsync(asked);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Without_a_session_one_is_asked_for_the_token()
    {
        foreach (string page in Pages)
        {
            using var answer = await _stranger.Http.GetAsync(page);
            Assert.Equal((HttpStatusCode.Redirect, "/login"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        }

        foreach (string action in Actions)
        {
            using var answer = await _stranger.SendAsync(action, ("node", "dome"));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        using var login = await _stranger.Http.GetAsync("/login");
        Assert.Contains("operator.token", await login.Content.ReadAsStringAsync());
        Assert.Contains("default-src 'none'", login.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("frame-ancestors 'none'", login.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("prefers-color-scheme", await _stranger.PageAsync("/operator.css"));
    }

    [Fact]
    public async Task The_cookie_is_for_no_script_and_no_other_site_and_ends_with_the_log_out()
    {
        using var answer = await _stranger.SendAsync("/login", ("token", _stranger.Token + "\n"));
        string cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Matches("^wanda-operator=[^;]{43}; path=/; samesite=strict; httponly$", cookie);
        Assert.DoesNotContain(_stranger.Token, cookie);

        using var behindProxy = new HttpRequestMessage(HttpMethod.Post, "/login")
        {
            Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-For", "203.0.113.9" } },
            Content = new FormUrlEncodedContent([new("token", _stranger.Token)]),
        };
        using var secure = await _stranger.Http.SendAsync(behindProxy);
        Assert.Contains("; secure;", secure.Headers.GetValues("Set-Cookie").Single());

        using var browser = await Browser.LoggedInAsync(_server);
        var kept = browser.Cookies.GetAllCookies().Single();
        await browser.DoAsync("/logout");
        browser.Cookies.Add(new Cookie(kept.Name, kept.Value, "/", kept.Domain));
        using var after = await browser.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.Redirect, after.StatusCode);
    }

    [Fact]
    public async Task A_form_that_is_not_of_a_page_of_ours_does_nothing()
    {
        using var browser = await Browser.LoggedInAsync(_server);
        await using var operators = await PinningServerOperator.OpenAsync(_server.Folder, TimeProvider.System);
        using var node = await _server.JoinedAsync(operators, new("ridge"));

        foreach (string action in Actions)
        {
            using var bare = await browser.SendAsync(action, ("node", "ridge"));
            Assert.Equal(HttpStatusCode.Forbidden, bare.StatusCode);
            using var guessed = await browser.SendAsync(action, ("node", "ridge"), ("form", new string('A', 43)));
            Assert.Equal(HttpStatusCode.Forbidden, guessed.StatusCode);
            using var noForm = await browser.Http.PostAsync(action, Api.Json(new { node = "ridge" }));
            Assert.Equal(HttpStatusCode.Forbidden, noForm.StatusCode);
        }

        // A page on the tenants' side of the same machine is the same site.
        browser.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-site");
        Assert.Contains("not of a page of this server", await browser.DoAsync("/revoke", ("node", "ridge")));
        browser.Http.DefaultRequestHeaders.Remove("Sec-Fetch-Site");

        using var still = await node.GetAsync("/v0/node");
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
        browser.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        Assert.Contains("ridge is revoked", await browser.DoAsync("/revoke", ("node", "ridge")));
    }

    [Fact]
    public async Task Wrong_tokens_are_slowed_and_the_right_one_is_not()
    {
        var answers = new List<HttpStatusCode>();
        for (int i = 0; i < 40; i++)
        {
            using var answer = await _stranger.SendAsync("/login", ("token", AccessToken.Generate()));
            answers.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, answers[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        using var another = await _stranger.SendAsync("/login", ("token", AccessToken.Generate()));
        Assert.NotNull(another.Headers.RetryAfter?.Delta);
        using var bearer = new HttpRequestMessage(HttpMethod.Get, "/metrics")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", AccessToken.Generate()) },
        };
        using var slowed = await _stranger.Http.SendAsync(bearer);
        Assert.Equal(HttpStatusCode.TooManyRequests, slowed.StatusCode);
        (await Browser.LoggedInAsync(_server)).Dispose();
    }

    [Fact]
    public async Task With_the_token_as_a_bearer_programs_have_metrics_of_all_and_pages()
    {
        var frame = await Frame.MakeAsync(1000);
        using var hill = _server.ClientOf(TestServer.Hill);
        await hill.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        using var program = new HttpClient { BaseAddress = _server.OperatorAddress };
        program.DefaultRequestHeaders.Authorization = new("Bearer", _stranger.Token);

        Assert.Contains("wanda_pinning_node_pins{node=\"hill\"} 1", await program.GetStringAsync("/metrics"));
        Assert.Contains("hill", await program.GetStringAsync("/"));
        using var nodes = _server.ClientOf(TestServer.Dome, _server.OperatorAddress);
        using var refused = await nodes.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }
}
