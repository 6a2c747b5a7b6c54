using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Access;

/// <summary>A name and what it has here go to nobody else.</summary>
public sealed class InviteTests : IAsyncLifetime
{
    private readonly List<NodeOptions> _configured =
        [new NodeOptions { Name = "hill", TokenSha256 = AccessToken.Hash(AccessToken.Generate()) }];

    private TestServer _server = null!;
    private PinningServerOperator _operator = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(o => o with { Nodes = [.. _configured], DefaultQuotaBytes = 5_000_000 });
        _operator = await PinningServerOperator.OpenAsync(_server.Folder, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _operator.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Of_two_invites_of_a_name_the_older_one_takes_nothing_over()
    {
        string older = await _operator.InviteAsync(new Invitation("dome-2"));
        using var owner = await _server.JoinedAsync(_operator, new Invitation("dome-2"));
        await PinAsync(owner);

        Assert.Equal("INVITE_REFUSED", await _server.JoinAsync(older, AccessToken.Generate()).RefusedAsync(HttpStatusCode.Forbidden));

        Assert.Single(await owner.PinsAsync());
    }

    [Fact]
    public async Task An_invite_that_replaces_ends_the_others_and_a_used_one_is_still_told_the_same()
    {
        string token = AccessToken.Generate();
        string used = await _operator.InviteAsync(new Invitation("dome-2"));
        await _server.JoinAsync(used, token).JsonAsync();
        string older = await _operator.InviteAsync(new Invitation("dome-2") { Replace = true });
        string newer = await _operator.InviteAsync(new Invitation("dome-2") { Replace = true });

        Assert.Equal("dome-2", (string)(await _server.JoinAsync(used, token).JsonAsync())["node"]!);
        await _server.JoinAsync(newer, AccessToken.Generate()).JsonAsync();

        // It would make its holder believe that its token is good.
        Assert.Equal("INVITE_REFUSED", await _server.JoinAsync(used, token).RefusedAsync(HttpStatusCode.Forbidden));
        Assert.Equal("INVITE_REFUSED", await _server.JoinAsync(older, AccessToken.Generate()).RefusedAsync(HttpStatusCode.Forbidden));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_name_that_is_known_wants_the_operators_word(bool pins, bool revoked)
    {
        using var owner = await _server.JoinedAsync(_operator, new Invitation("dome-2"));
        if (pins)
            await PinAsync(owner);
        if (revoked)
            await _operator.RevokeAsync("dome-2");

        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => _operator.InviteAsync(new Invitation("dome-2")));

        Assert.Contains("invite it with --replace", refusal.Message);
        using var renewed = await _server.JoinedAsync(_operator, new Invitation("dome-2") { Replace = true });
        Assert.Equal(pins ? 1 : 0, (await renewed.PinsAsync()).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_name_that_becomes_known_after_the_invite_is_looked_at_again(bool whole)
    {
        string code = await _operator.InviteAsync(new Invitation("dome"));
        string token = AccessToken.Generate();
        _configured.Add(new NodeOptions { Name = "dome", TokenSha256 = AccessToken.Hash(token) });
        await _server.RestartAsync();
        using (var dome = _server.With(token))
        {
            if (whole)
                await PinAsync(dome);
            else
                await dome.BeginAsync(1000);
        }

        // By the server's options it is a node's that no invite is for.
        Assert.Contains("--node", await WhyAsync(_server.JoinAsync(code, AccessToken.Generate())));
        Assert.Contains("--node",
            (await Assert.ThrowsAsync<ArgumentException>(() => _operator.InviteAsync(new Invitation("dome") { Replace = true }))).Message);
        _configured.RemoveAt(1);
        await _server.RestartAsync();

        Assert.Contains("--replace", await WhyAsync(_server.JoinAsync(code, AccessToken.Generate())));
        Assert.DoesNotContain(await _operator.AuditAsync("dome"), e => e.Action == "joined");
    }

    [Fact]
    public async Task The_holder_of_a_token_that_is_over_is_told_how_it_ended_and_nobody_else_is()
    {
        using var first = await _server.JoinedAsync(_operator, new Invitation("dome-2"));
        using var second = await _server.JoinedAsync(_operator, new Invitation("dome-2") { Replace = true });
        using var ended = await _server.JoinedAsync(_operator,
            new Invitation("dome-3") { TokenExpires = TimeProvider.System.GetUtcNow().AddDays(-1) });

        Assert.Contains($"The token of dome-2 was replaced at {TimeProvider.System.GetUtcNow():yyyy-MM-dd}", await first.RefusalAsync());
        Assert.Contains("The token of dome-3 ended at", await ended.RefusalAsync());
        await second.GetAsync("/v0/node").JsonAsync();
        await _operator.RevokeAsync("dome-2");
        Assert.Contains("The token of dome-2 was revoked at", await second.RefusalAsync());
        using var stranger = _server.With(AccessToken.Generate());
        Assert.Equal("Access token is missing or invalid", await stranger.RefusalAsync());
        Assert.Equal(["invited", "joined", "invited", "joined", "replaced", "revoked"],
            (await _operator.AuditAsync("dome-2")).Reverse().Select(e => e.Action));
    }

    [Theory]
    [InlineData("dome-1")]
    [InlineData("dome-3")]
    public async Task A_token_that_is_over_for_one_name_may_be_good_for_another(string other)
    {
        string token = AccessToken.Generate();
        await _server.JoinAsync(await _operator.InviteAsync(new Invitation("dome-2")), token).JsonAsync();
        using var second = await _server.JoinedAsync(_operator, new Invitation("dome-2") { Replace = true });

        await _server.JoinAsync(await _operator.InviteAsync(new Invitation(other)), token).JsonAsync();

        using var node = _server.With(token);
        Assert.Equal(other, (string)(await node.GetAsync("/v0/node").JsonAsync())["node"]!);
    }

    [Theory]
    [InlineData("Dome-1")]
    [InlineData("dome_1")]
    [InlineData("dome-l")]
    [InlineData("d0me-1")]
    [InlineData("HILL")]
    public async Task A_name_that_looks_like_a_node_is_refused(string name)
    {
        await _operator.InviteAsync(new Invitation("dome-1"));

        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => _operator.InviteAsync(new Invitation(name) { Replace = true }));

        Assert.Contains("choose another name", refusal.Message);
        await _operator.InviteAsync(new Invitation("dome-2"));
        await _operator.InviteAsync(new Invitation("dome-1"));
    }

    [Fact]
    public async Task A_node_that_may_only_add_removes_nothing_and_ends_its_own_uploads()
    {
        using var node = await _server.JoinedAsync(_operator, new Invitation("dome-2") { AddOnly = true });
        var pin = await PinAsync(node);
        var begun = await node.BeginAsync(1000);

        foreach (var attempt in new[]
        {
            node.DeleteAsync($"/v0/pins/{pin.Id}"), node.DeleteAsync($"/psa/pins/{pin.Id}"), node.DeleteAsync($"/V0/Pins/{pin.Id}/"),
            node.PostAsync($"/psa/pins/{pin.Id}", Api.Json(new { cid = pin.Cid })),
        })
        {
            Assert.Equal("ADD_ONLY", await attempt.RefusedAsync(HttpStatusCode.Forbidden));
        }

        using var ended = await node.EndAsync(begun);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Single(await node.PinsAsync());
        Assert.True((bool)(await node.GetAsync("/v0/node").JsonAsync())["addOnly"]!);
    }

    [Fact]
    public async Task An_invite_without_a_quota_gets_the_servers()
    {
        string token = AccessToken.Generate();
        string code = await _operator.InviteAsync(new Invitation("dome-2"));

        Assert.Equal(5_000_000, (long)(await _server.JoinAsync(code, token).JsonAsync())["quotaBytes"]!);
        using var node = _server.With(token);
        Assert.Equal("QUOTA_EXCEEDED", await node.CreateAsync(5_000_001).RefusedAsync(HttpStatusCode.InsufficientStorage));
        using var own = await _server.JoinedAsync(_operator, new Invitation("dome-3") { QuotaBytes = 9_000_000 });
        await own.BeginAsync(5_000_001);
    }

    [Fact]
    public async Task The_operator_sees_open_invites_and_what_was_replaced()
    {
        using var first = await _server.JoinedAsync(_operator, new Invitation("dome-2"));
        using var second = await _server.JoinedAsync(_operator, new Invitation("dome-2") { Replace = true, AddOnly = true });
        await _operator.InviteAsync(new Invitation("dome-3"));

        var nodes = (await _operator.NodesAsync()).ToDictionary(n => n.Name);

        Assert.True(nodes["dome-2"] is { AddOnly: true, Replaced: not null, InvitedUntil: null });
        Assert.InRange(nodes["dome-3"].InvitedUntil!.Value, TimeProvider.System.GetUtcNow().AddDays(6),
            TimeProvider.System.GetUtcNow().AddDays(7));
        Assert.Null(nodes["dome-3"].Joined);
    }

    private static async Task<(string Id, string Cid)> PinAsync(HttpClient node)
    {
        var frame = await Frame.MakeAsync(1000);
        var pin = await node.UploadAsync(await frame.CarAsync(), "session=M31&number=7").JsonAsync(HttpStatusCode.Created);
        return ((string)pin["pinId"]!, frame.Root.ToString());
    }

    private static async Task<string> WhyAsync(Task<HttpResponseMessage> refused)
    {
        var error = (await refused.JsonAsync(HttpStatusCode.Forbidden))["error"]!;
        Assert.Equal("INVITE_REFUSED", (string)error["reason"]!);
        return (string)error["details"]!;
    }
}
