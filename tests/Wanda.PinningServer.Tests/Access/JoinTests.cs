using System.Net;
using System.Net.Http.Headers;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Access;

/// <summary>From an invite to a token, to a new token, to none.</summary>
public sealed class JoinTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private PinningServerOperator _operator = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(o => o with { Nodes = [] });
        _operator = await PinningServerOperator.OpenAsync(_server.Folder, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _operator.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_invite_becomes_a_token_with_its_quota_once()
    {
        string code = await _operator.InviteAsync(new Invitation("dome-2") { QuotaBytes = 1_500_000 });
        string token = AccessToken.Generate();

        var welcome = await _server.JoinAsync(code, token).JsonAsync();
        Assert.Equal(("dome-2", 1_500_000L), ((string)welcome["node"]!, (long)welcome["quotaBytes"]!));
        // The answer was lost: the same again is told the same. Another token gets nothing.
        Assert.Equal("dome-2", (string)(await _server.JoinAsync(code, token).JsonAsync())["node"]!);
        Assert.Equal("INVITE_REFUSED", await _server.JoinAsync(code, AccessToken.Generate()).RefusedAsync(HttpStatusCode.Forbidden));

        using var node = _server.With(token);
        Assert.Equal(1_500_000, (long)(await node.GetAsync("/v0/node").JsonAsync())["quotaBytes"]!);
        Assert.Equal("QUOTA_EXCEEDED", await node.CreateAsync(2_000_000).RefusedAsync(HttpStatusCode.InsufficientStorage));
        await _server.RestartAsync();
        using var later = _server.With(token);
        Assert.Equal("dome-2", (string)(await later.GetAsync("/v0/node").JsonAsync())["node"]!);
    }

    [Fact]
    public async Task The_first_invite_closes_a_server_that_was_open()
    {
        using var local = _server.ClientOf(null);
        await local.GetAsync("/v0/node").JsonAsync();

        await _operator.InviteAsync(new Invitation("dome-2"));

        await Eventually.HoldsAsync(async () =>
        {
            using var answer = await local.GetAsync("/v0/node");
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        }, "no token, no entry");
    }

    [Fact]
    public async Task A_second_invite_gives_a_new_token_and_ends_the_old_one()
    {
        string first = AccessToken.Generate(), second = AccessToken.Generate();
        await _server.JoinAsync(await _operator.InviteAsync(new Invitation("dome-2")), first).JsonAsync();
        using var old = _server.With(first);
        byte[] car = await (await Frame.MakeAsync(1000)).CarAsync();
        await old.UploadAsync(car).JsonAsync(HttpStatusCode.Created);

        string code = await _operator.InviteAsync(new Invitation("dome-2") { Replace = true });
        await old.GetAsync("/v0/node").JsonAsync();
        await _server.JoinAsync(code, second).JsonAsync();

        Assert.Equal("UNAUTHORIZED", await old.GetAsync("/v0/node").RefusedAsync(HttpStatusCode.Unauthorized));
        using var renewed = _server.With(second);
        Assert.Single(await renewed.PinsAsync());
    }

    [Fact]
    public async Task A_revoked_token_is_refused_and_what_it_pinned_is_kept()
    {
        string token = AccessToken.Generate();
        await _server.JoinAsync(await _operator.InviteAsync(new Invitation("dome-2")), token).JsonAsync();
        string unused = await _operator.InviteAsync(new Invitation("dome-2") { Replace = true });
        using var node = _server.With(token);
        await node.UploadAsync(await (await Frame.MakeAsync(1000)).CarAsync(), "session=M31&number=7").JsonAsync(HttpStatusCode.Created);

        Assert.True(await _operator.RevokeAsync("dome-2"));

        await Eventually.HoldsAsync(async () =>
        {
            using var answer = await node.GetAsync("/v0/node");
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        }, "the token is refused");
        Assert.Equal("INVITE_REFUSED", await _server.JoinAsync(unused, token).RefusedAsync(HttpStatusCode.Forbidden));
        Assert.False(await _operator.RevokeAsync("dome-2"));
        var report = Assert.Single(await _operator.NodesAsync(), n => n.Name == "dome-2");
        Assert.NotNull(report.Revoked);
        Assert.Equal(1, report.Pins);
    }

    [Fact]
    public async Task Out_of_date_an_invite_and_a_token_are_refused()
    {
        var past = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1);
        await using var yesterday = await PinningServerOperator.OpenAsync(_server.Folder, new ClockAt(past - TimeSpan.FromDays(7)));
        string stale = await yesterday.InviteAsync(new Invitation("dome-2"));
        Assert.Equal("INVITE_REFUSED", await _server.JoinAsync(stale, AccessToken.Generate()).RefusedAsync(HttpStatusCode.Forbidden));

        string token = AccessToken.Generate();
        await _server.JoinAsync(await _operator.InviteAsync(new Invitation("dome-3") { TokenExpires = past }), token).JsonAsync();
        using var node = _server.With(token);
        Assert.Equal("UNAUTHORIZED", await node.GetAsync("/v0/node").RefusedAsync(HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData("""{"invite":"x"}""")]
    [InlineData("""{"invite":"x","tokenSha256":"abc"}""")]
    [InlineData("""{"tokenSha256":"0000000000000000000000000000000000000000000000000000000000000000"}""")]
    [InlineData("[]")]
    public async Task A_wish_that_is_none_is_refused(string body)
    {
        using var client = _server.ClientOf(null);
        using var content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));
        Assert.Equal("BAD_REQUEST", await client.PostAsync("/v0/join", content).RefusedAsync(HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData("a b", null, 7)]
    [InlineData("dome", 0L, 7)]
    [InlineData("dome", null, 0)]
    [InlineData("dome", null, 91)]
    public async Task An_invitation_out_of_bounds_is_refused(string node, long? quota, int days) =>
        await Assert.ThrowsAsync<ArgumentException>(
            () => _operator.InviteAsync(new Invitation(node) { QuotaBytes = quota, ValidFor = TimeSpan.FromDays(days) }));

    [Fact]
    public async Task No_secret_is_in_the_folder()
    {
        string code = await _operator.InviteAsync(new Invitation("dome-2"));
        string token = AccessToken.Generate();
        await _server.JoinAsync(code, token).JsonAsync();
        await _server.StopAsync();

        foreach (string file in Directory.GetFiles(_server.Folder, "pins.db*"))
        {
            string bytes = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.DoesNotContain(code, bytes);
            Assert.DoesNotContain(token, bytes);
        }

        await _server.StartAgainAsync();
    }

    [Fact]
    public async Task The_log_tells_who_did_what_in_order()
    {
        string token = AccessToken.Generate();
        await _server.JoinAsync(await _operator.InviteAsync(new Invitation("dome-2")), token).JsonAsync();
        using var node = _server.With(token);
        var frame = await Frame.MakeAsync(1000);
        var pin = await node.UploadAsync(await frame.CarAsync(), "session=M31&number=7").JsonAsync(HttpStatusCode.Created);
        var wanted = await Frame.MakeAsync(1000, seed: 2);
        await node.PostAsync("/psa/pins", Api.Json(new { cid = wanted.Root.ToString(), name = "later" }))
            .JsonAsync(HttpStatusCode.Accepted);
        using var deleted = await node.DeleteAsync($"/v0/pins/{pin["pinId"]}");
        await _operator.RevokeAsync("dome-2");

        var log = (await _operator.AuditAsync("dome-2")).Reverse().ToList();

        Assert.Equal(["invited", "joined", "pinned", "wanted", "unpinned", "revoked"], log.Select(e => e.Action));
        Assert.Equal((frame.Root.ToString(), "M31/7"), (log[2].Subject, log[2].Detail));
        Assert.Equal((wanted.Root.ToString(), "later"), (log[3].Subject, log[3].Detail));
        Assert.All(log, e => Assert.InRange(e.At, TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(5),
            TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1)));
        Assert.Empty(await _operator.AuditAsync("hill"));
    }

    private sealed class ClockAt(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
