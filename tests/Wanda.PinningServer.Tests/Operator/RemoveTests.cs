using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Operator;

/// <summary>The operator removes a node: it is out at once, and what it has stays a while and can be given back.</summary>
public sealed class RemoveTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private PinningServerOperator _operator = null!;
    private HttpClient _ridge = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(o => o with { MaintainEvery = TimeSpan.FromSeconds(1) });
        _operator = await PinningServerOperator.OpenAsync(_server.Folder, TimeProvider.System);
        _ridge = await _server.JoinedAsync(_operator, new("ridge"));
    }

    public async Task DisposeAsync()
    {
        _ridge.Dispose();
        await _operator.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Its_token_its_invites_and_its_pins_end_and_the_log_says_who_did_it()
    {
        var frame = await SendAsync(_ridge, 1);
        await _ridge.PostAsync("/psa/pins", Api.Json(new { cid = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy" }))
            .JsonAsync(HttpStatusCode.Accepted);
        string invite = await _operator.InviteAsync(new("ridge") { Replace = true });

        Assert.Equal(1, await _operator.RemoveAsync("ridge", "ana"));

        Assert.Contains("revoked", await _ridge.RefusalAsync());
        Assert.Equal("INVITE_REFUSED", await RefusedAsync(invite));
        await Eventually.HoldsAsync(async () => await PinsAsync() == 0, "the running server counts it");
        await _server.CollectedAsync();
        Assert.Equal(frame.Blocks.Count, _server.Blocks().Length);
        var node = (await _operator.NodesAsync()).Single(n => n.Name == "ridge");
        Assert.NotNull(node.Removed);
        Assert.True(node.Bytes > 0);
        Assert.Equal("unpinned", Assert.Single(await _operator.UnpinnedAsync("ridge")).State);
        Assert.Equal(("removed", "1 pins (ana)"),
            (await _operator.AuditAsync("ridge")).Where(e => e.Action == "removed").Select(e => (e.Action, e.Detail!)).Single());
        Assert.Null(await _operator.RemoveAsync("nobody", "ana"));
    }

    [Fact]
    public async Task Given_back_before_or_after_the_server_looked_it_is_counted_once()
    {
        await SendAsync(_ridge, 1);
        await SendAsync(_ridge, 2);

        await _operator.RemoveAsync("ridge", "ana");
        await _operator.RestoreAllAsync("ridge", TimeProvider.System.GetUtcNow().AddHours(-1));
        await _server.CollectedAsync();
        Assert.Equal(2, await PinsAsync());

        await _operator.RemoveAsync("ridge", "ana");
        await Eventually.HoldsAsync(async () => await PinsAsync() == 0, "the running server counts them");
        await _operator.RestoreAllAsync("ridge", TimeProvider.System.GetUtcNow().AddHours(-1));
        await Eventually.HoldsAsync(async () => await PinsAsync() == 2, "the running server counts them again");
        await _server.CollectedAsync();
        Assert.Equal(2, await PinsAsync());
    }

    [Fact]
    public async Task Done_while_no_server_runs_it_is_counted_once()
    {
        await SendAsync(_ridge, 1);
        await _operator.RemoveAsync("ridge", "ana");
        await Eventually.HoldsAsync(async () => await PinsAsync() == 0, "the running server counts it");

        await _server.StopAsync();
        await _operator.RestoreAllAsync("ridge", TimeProvider.System.GetUtcNow().AddHours(-1));
        await _server.StartAgainAsync();
        await _server.CollectedAsync();
        Assert.Equal(1, await PinsAsync());

        await _server.StopAsync();
        await _operator.RemoveAsync("ridge", "ana");
        await _server.StartAgainAsync();
        await _server.CollectedAsync();
        Assert.Equal(0, await PinsAsync());
    }

    [Fact]
    public async Task Its_time_over_its_blocks_go_and_it_is_listed_no_more()
    {
        await SendAsync(_ridge, 1);
        await _server.StopAsync();
        _server.Change = o => o with { MaintainEvery = TimeSpan.FromSeconds(1), KeepUnpinned = TimeSpan.FromSeconds(1) };
        await _server.StartAgainAsync();

        await _operator.RemoveAsync("ridge", "ana");

        await Eventually.HoldsAsync(() => _server.Blocks().Length == 0, "the blocks are collected");
        Assert.Equal(0, await PinsAsync());
        Assert.DoesNotContain(await _operator.NodesAsync(), n => n.Name == "ridge");
        await Assert.ThrowsAsync<ArgumentException>(() => _operator.InviteAsync(new("ridge")));
        using var again = await _server.JoinedAsync(_operator, new("ridge") { Replace = true });
        Assert.Null((await _operator.NodesAsync()).Single(n => n.Name == "ridge").Removed);
    }

    [Fact]
    public async Task A_node_of_the_servers_options_is_not_removed_and_many_pins_of_one_that_is_are_no_alarm()
    {
        await SendAsync(_server.Client, 100);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _operator.RemoveAsync("dome", "ana"));
        Assert.Contains("--node", refused.Message);
        Assert.Single(await _server.Client.PinsAsync());

        for (int i = 0; i < 21; i++)
            await SendAsync(_ridge, i);
        await _operator.RemoveAsync("ridge", "ana");
        await _server.CollectedAsync();
        Assert.DoesNotContain("half of their pins", await _server.Client.GetStringAsync("/health"));
    }

    private static async Task<Frame> SendAsync(HttpClient node, int seed)
    {
        var frame = await Frame.MakeAsync(3000, seed: seed);
        await node.UploadAsync(await frame.CarAsync(), $"capture=c{seed}").JsonAsync(HttpStatusCode.Created);
        return frame;
    }

    private async Task<string> RefusedAsync(string invite)
    {
        using var answer = await _server.JoinAsync(invite, AccessToken.Generate());
        return (string)System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["reason"]!;
    }

    // As the running server counts.
    private async Task<int> PinsAsync()
    {
        string line = (await _server.Client.GetStringAsync("/metrics")).Split('\n')
            .FirstOrDefault(l => l.StartsWith("wanda_pinning_node_pins{node=\"ridge\"}", StringComparison.Ordinal)) ?? " 0";
        return int.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
