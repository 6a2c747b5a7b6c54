using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Wanda.Hosting;
using Wanda.Interop.Tests.App;
using Wanda.Ops.Tests;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>With a real Kubo beside it the node is what that is to the WANDA app's page, for as long as it answers.</summary>
public sealed class KuboRestTests : IAsyncLifetime
{
    private readonly GoKubo _kubo = new();
    private readonly GoKubo _friend = new();
    private TestConsole _console = null!;

    public async Task InitializeAsync()
    {
        await _kubo.InitializeAsync();
        await _friend.InitializeAsync();
        _console = await TestConsole.StartAsync(o => o with
        {
            Ipfs = o.Ipfs with { Kubo = new KuboOptions { Url = _kubo.IsFound ? _kubo.Address.AbsoluteUri : "http://127.0.0.1:1" } },
        });
    }

    public async Task DisposeAsync()
    {
        await _console.DisposeAsync();
        await _friend.DisposeAsync();
        await _kubo.DisposeAsync();
    }

    [SkippableFact]
    public async Task The_node_is_the_Kubo_beside_it()
    {
        await using var own = await _kubo.FoundAsync();
        await using var other = await _friend.FoundAsync();
        var (self, friend) = (await own.Client.IdentityAsync(), await other.Client.IdentityAsync());

        var status = await DataAsync("/api/ipfs/status");
        Assert.Equal((true, "kubo", self.Id, $"kubo/{await own.Client.VersionAsync()}"),
            ((bool)status["daemon_running"]!, (string)status["mode"]!, (string)status["node_id"]!, (string)status["agent_version"]!));
        Assert.Equal((await _kubo.RunAsync([], "id", "-f=<pubkey>")).Text(), (string)status["public_key"]!);
        Assert.Equal("ipfs/0.1.0", (string)status["protocol_version"]!); // its identify says so; its RPC does not any more
        Assert.Equal(self.Addresses.Order(), status["addresses"]!.AsArray().Select(a => (string)a!).Order());

        Assert.Equal(0, (int)(await DataAsync("/api/ipfs/peers"))["all_peers"]!);
        using (var connected = await ConnectAsync(friend.Addresses[0]))
            Assert.Equal(friend.Id, (string)JsonNode.Parse(await connected.Content.ReadAsStringAsync())!["data"]!["peer_id"]!);
        await Eventually.HoldsAsync(async () => (int)(await DataAsync("/api/ipfs/peers"))["all_peers"]! == 1, "the peer to be told");
        var peers = await DataAsync("/api/ipfs/peers");
        Assert.Equal(friend.Id, (string)Assert.Single(peers["peers"]!.AsArray())!["peer_id"]!);
        var ours = await DataAsync("/api/ipfs/peers?wanda_only=true");
        Assert.Equal((1, 0), ((int)ours["all_peers"]!, ours["peers"]!.AsArray().Count));

        var stats = await DataAsync("/api/ipfs/stats");
        var repository = await own.Client.Repo.StatAsync();
        Assert.Equal((repository.Limit, 1), ((long)stats["storage"]!["storage_max_bytes"]!, (int)stats["network"]!["peers_connected"]!));
        Assert.InRange((long)stats["storage"]!["repo_size_bytes"]!, 1, repository.Limit);
        Assert.Null(stats["network"]!["bandwidth_in"]);
        Assert.Empty(await DeclaredTypes.CheckAsync(_console,
            ("Answer<IpfsStatus>", await _console.BodyAsync("/api/ipfs/status")),
            ("Answer<IpfsStats>", await _console.BodyAsync("/api/ipfs/stats")),
            ("Answer<IpfsPeers>", await _console.BodyAsync("/api/ipfs/peers"))));
    }

    [SkippableFact]
    public async Task Who_is_away_is_told_as_away()
    {
        await using var own = await _kubo.FoundAsync();
        await using var other = await _friend.FoundAsync();
        var friend = await other.Client.IdentityAsync();
        await _friend.StopAsync();
        await RefusedAsync(friend.Addresses[0], "IPFS_PEER_UNREACHABLE");

        await _kubo.StopAsync();
        await RefusedAsync(friend.Addresses[0], "IPFS_DAEMON_UNREACHABLE");
        await Eventually.HoldsAsync(
            async () => !(bool)(await DataAsync("/api/ipfs/status"))["daemon_running"]!, "the daemon to be told as gone");
        var status = await DataAsync("/api/ipfs/status");
        Assert.Equal(("kubo", null, 0),
            ((string)status["mode"]!, (string?)status["protocol_version"], status["addresses"]!.AsArray().Count));
        Assert.Equal(0, (int)(await DataAsync("/api/ipfs/peers"))["all_peers"]!);
        Assert.Equal(0, (int)(await DataAsync("/api/ipfs/stats"))["network"]!["peers_connected"]!);
    }

    private async Task RefusedAsync(string multiaddr, string code)
    {
        using var answer = await ConnectAsync(multiaddr);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, code),
            (answer.StatusCode, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!));
    }

    private Task<HttpResponseMessage> ConnectAsync(string multiaddr) =>
        _console.Client.PostAsJsonAsync("/api/ipfs/peers/connect", new { multiaddr });

    private async Task<JsonNode> DataAsync(string address) => JsonNode.Parse(await _console.Client.GetStringAsync(address))!["data"]!;
}
