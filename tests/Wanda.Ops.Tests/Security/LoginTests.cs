using System.Net;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Security;

/// <summary>A browser is let in by a code that was made in a terminal: once, for ten minutes, and slowly for whoever guesses.</summary>
public sealed class LoginTests : IAsyncLifetime
{
    private readonly JumpingTime _time = new();
    private TestConsole _console = null!;

    public async Task InitializeAsync() => _console = await TestConsole.StartAsync(
        options => options with { Ops = options.Ops with { Hosts = ["wanda.local"] } }, time: _time);

    public Task DisposeAsync() => _console.DisposeAsync().AsTask();

    [Fact]
    public async Task Through_the_proxy_a_code_opens_what_only_an_operator_may()
    {
        var invite = await Command().InviteAsync(mayOperate: true, default);
        Assert.Equal("http://wanda.local/wanda/login", invite.Address);
        Assert.Equal(HttpStatusCode.Unauthorized, await PauseAsync(cookie: null));
        var cookie = await LogInAsync(invite.Code.ToLowerInvariant());
        Assert.NotNull(cookie);
        Assert.Equal(HttpStatusCode.OK, await PauseAsync(cookie));
        // It was for one browser.
        Assert.Null(await LogInAsync(invite.Code));
    }

    [Fact]
    public async Task One_that_may_look_changes_nothing()
    {
        var invite = await Command().InviteAsync(mayOperate: false, default);
        var cookie = await LogInAsync(invite.Code);
        Assert.NotNull(cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, await PauseAsync(cookie));
    }

    [Fact]
    public async Task It_is_over_after_ten_minutes_and_when_another_is_made()
    {
        var first = await Command().InviteAsync(mayOperate: true, default);
        var second = await Command().InviteAsync(mayOperate: true, default);
        Assert.Null(await LogInAsync(first.Code));
        _time.Advance(LoginCommand.Lifetime);
        Assert.Null(await LogInAsync(second.Code));
    }

    [Fact]
    public async Task Guesses_end_it_and_are_slowed()
    {
        var invite = await Command().InviteAsync(mayOperate: true, default);
        for (var guess = 0; guess < LoginCodeStore.MostMisses; guess++)
        {
            Assert.Null(await _console.Node.Catalogue.LoginCodes.TakeAsync(
                LoginCommand.HashOf($"2222-22{guess:00}")!, _time.GetUtcNow(), default));
        }

        Assert.Null(await LogInAsync(invite.Code));
        var answers = new List<HttpStatusCode>();
        for (var guess = 0; guess < 12; guess++)
            answers.Add((await SendAsync("3333-3333")).StatusCode);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Fact]
    public async Task A_cookie_that_this_node_did_not_seal_or_that_is_old_is_none()
    {
        var cookie = await LogInAsync((await Command().InviteAsync(mayOperate: true, default)).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, await PauseAsync("wanda-login=Operate 99999999999"));
        Assert.Equal(HttpStatusCode.OK, await PauseAsync(cookie));
        _time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(HttpStatusCode.Unauthorized, await PauseAsync(cookie));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // who may look alone may leave as well
    public async Task Who_was_let_in_by_a_code_logs_out_though_there_is_no_token(bool mayOperate)
    {
        Assert.DoesNotContain("Log out", await ReadAsync("/wanda/login", null));
        var cookie = await LogInAsync((await Command().InviteAsync(mayOperate, default)).Code);
        var page = await ReadAsync("/wanda/login", cookie);
        Assert.Contains("action=\"/wanda/logout\"", page);
        if (mayOperate)
            Assert.Contains("Log out", await ReadAsync("/", cookie));

        // Another site's page has no such form.
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = _console.Address,
        };
        using var foreign = Through(HttpMethod.Post, "/wanda/logout", cookie);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.SendAsync(foreign)).StatusCode);

        using var look = Through(HttpMethod.Get, "/wanda/login", cookie);
        using var form = await http.SendAsync(look);
        var twin = form.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("wanda-form=", StringComparison.Ordinal)).Split(';')[0];
        using var logOut = Through(HttpMethod.Post, "/wanda/logout", $"{cookie}; {twin}");
        var token = (await form.Content.ReadAsStringAsync()).Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        logOut.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token });
        using var left = await http.SendAsync(logOut);
        Assert.Equal("/wanda/login", left.Headers.Location!.ToString());
        Assert.Contains(left.Headers.GetValues("Set-Cookie"), c => c.StartsWith("wanda-login=;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_link_fills_the_form_and_does_not_send_it()
    {
        var invite = await Command().InviteAsync(mayOperate: true, default);
        using var request = Through(HttpMethod.Get, $"/wanda/login?code={invite.Code}");
        using var page = await _console.Client.SendAsync(request);
        Assert.Contains($"value=\"{invite.Code}\"", await page.Content.ReadAsStringAsync());
        using var hostile = Through(HttpMethod.Get, "/wanda/login?code=%22%3E%3Cscript%3E");
        Assert.DoesNotContain("script>", (await (await _console.Client.SendAsync(hostile)).Content.ReadAsStringAsync())
            .Split("class=\"login\"")[1]);
        Assert.NotNull(await LogInAsync(invite.Code));
    }

    [Fact]
    public async Task The_picture_of_it_is_square_and_has_a_quiet_zone()
    {
        var invite = await Command().InviteAsync(mayOperate: true, default);
        Assert.All(invite.Qr, line => Assert.Equal(invite.Qr[0].Length, line.Length));
        Assert.Equal((invite.Qr[0].Length + 1) / 2, invite.Qr.Count);
        Assert.Equal(new string('█', invite.Qr[0].Length), invite.Qr[0]);
    }

    private LoginCommand Command() => new(_console.Node.Catalogue, _console.Node.Options, _time);

    private static HttpRequestMessage Through(HttpMethod method, string path, string? cookie = null)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { Host = "wanda.local" } };
        request.Headers.Add("X-Forwarded-For", "192.168.1.7");
        request.Headers.Add("X-Wanda-Role", "view");
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(string code)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = _console.Address,
        };
        using var request = Through(HttpMethod.Post, "/wanda/login");
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = code });
        return await http.SendAsync(request);
    }

    private async Task<string?> LogInAsync(string code)
    {
        using var answer = await SendAsync(code);
        return answer.Headers.TryGetValues("Set-Cookie", out var set)
            ? set.Single(c => c.StartsWith("wanda-login=", StringComparison.Ordinal)).Split(';')[0]
            : null;
    }

    private async Task<string> ReadAsync(string path, string? cookie)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = _console.Address };
        using var request = Through(HttpMethod.Get, path, cookie);
        using var answer = await http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<HttpStatusCode> PauseAsync(string? cookie)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = _console.Address };
        await _console.Node.Queues.PauseAsync(QueueNames.Release, "kept");
        using var request = Through(HttpMethod.Post, "/api/queues/release/resume", cookie);
        return (await http.SendAsync(request)).StatusCode;
    }
}
