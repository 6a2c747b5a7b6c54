using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wanda.Interop.Tests.Kubo.Manager;
using Wanda.Ipfs;
using Wanda.Ops.Tests.Cli;

namespace Wanda.Interop.Tests.Kubo;

/// <summary><c>wanda ipfs</c> with a real daemon: one of the node's own, and others'.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class IpfsVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-verbs-").FullName;

    private string ConfigFile => Path.Combine(_folder, "wanda.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task The_nodes_own_is_shown_with_its_process_and_what_it_keeps_and_not_well_when_it_is_gone()
    {
        await using var node = new ManagedNode();
        node.Start();
        var daemon = (int)(await node.UntilReadyAsync())["processId"]!;
        node.Save("m31.dat");
        var cid = await node.UntilPinnedAsync();

        var (code, output, error) = await RunAsync(node.ConfigFile, "status");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"state       ready, process {daemon}", output, StringComparison.Ordinal);
        Assert.Contains($", {node.Repository}", output, StringComparison.Ordinal);
        Assert.Contains($"{cid}  recursive  ", (await RunAsync(node.ConfigFile, "pins")).Out, StringComparison.Ordinal);
        Assert.Equal((0, "It is connected to nobody.\n", ""), await RunAsync(node.ConfigFile, "peers"));
        Assert.Equal("[]", string.Concat((await RunAsync(node.ConfigFile, "peers", "--json")).Out.Where(c => !char.IsWhiteSpace(c))));
        Assert.Equal(0, (await RunAsync(node.ConfigFile, "gc")).Code);
        Assert.Contains($"{cid}  ", (await RunAsync(node.ConfigFile, "pins")).Out, StringComparison.Ordinal);
        Assert.Equal((0, "Kubo's configuration is as it should be.\n", ""), await RunAsync(node.ConfigFile, "config"));

        await node.TermAsync();

        Assert.Equal(1, (await RunAsync(node.ConfigFile, "status")).Code);
        var gone = await RunAsync(node.ConfigFile, "pins");
        Assert.Equal((1, ""), (gone.Code, gone.Out));
        Assert.Contains($"no daemon runs on the repository {node.Repository}", gone.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Others_are_asked_for_their_pins_and_peers_and_collected_with_a_yes_alone()
    {
        var (one, other) = (new GoKubo(), new GoKubo());
        try
        {
            await one.InitializeAsync();
            await using var kubo = await one.FoundAsync();
            await other.InitializeAsync();
            await using var friend = await other.FoundAsync();
            Write(new { url = one.Address });
            var known = await friend.Client.IdentityAsync();
            await kubo.Client.Swarm.ConnectAsync(known.Addresses[0]);
            var (pinned, loose) = (Block.Create(Codec.Raw, RandomNumberGenerator.GetBytes(1000)),
                Block.Create(Codec.Raw, RandomNumberGenerator.GetBytes(1000)));
            await kubo.Client.Blocks.PutAsync(pinned);
            await kubo.Client.Blocks.PutAsync(loose);
            await kubo.Client.Pins.AddAsync(pinned.Cid, PinMode.Recursive, "his");

            Assert.Contains($"{known.Id}  /ip4/127.0.0.1/", (await RunAsync(ConfigFile, "peers")).Out, StringComparison.Ordinal);
            Assert.Contains($"{pinned.Cid}  recursive  his\n", (await RunAsync(ConfigFile, "pins")).Out, StringComparison.Ordinal);
            Assert.Equal(1, (await RunAsync(ConfigFile, "gc")).Code);
            Assert.False(await kubo.LacksAsync(loose.Cid));
            Assert.True((int?)JsonNode.Parse((await RunAsync(ConfigFile, "gc", "--yes", "--json")).Out)!["removed"] >= 1);
            Assert.True(await kubo.LacksAsync(loose.Cid));
            Assert.False(await kubo.LacksAsync(pinned.Cid));
        }
        finally
        {
            await other.DisposeAsync();
            await one.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task One_without_a_network_has_no_peers_and_says_why()
    {
        var daemon = new GoKubo { IsOffline = true };
        try
        {
            await daemon.InitializeAsync();
            await using var kubo = await daemon.FoundAsync();
            Write(new { url = daemon.Address });

            var (code, output, error) = await RunAsync(ConfigFile, "peers");

            Assert.Equal((1, ""), (code, output));
            Assert.StartsWith("wanda: ", error, StringComparison.Ordinal);
            Assert.Contains("online mode", error, StringComparison.Ordinal);
        }
        finally
        {
            await daemon.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task A_repository_is_made_with_its_configuration_and_set_right_when_somebody_changed_it()
    {
        string? program = Peers.Find("ipfs");
        Skip.If(program is null, "Kubo's ipfs is neither on PATH nor in the folder that WANDA_PEERS names");
        Write(new { manage = true, program, gatewayPort = 8089 });
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        Assert.Contains("There is no repository yet", (await RunAsync(ConfigFile, "config")).Out, StringComparison.Ordinal);

        var made = await RunAsync(ConfigFile, "config", "--write");

        Assert.Equal((0, "The repository is made, with its configuration.\n", ""), made);
        string file = Path.Combine(_folder, "data", "kubo", "config");
        var written = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.Equal("/ip4/127.0.0.1/tcp/8089", (string?)written["Addresses"]!["Gateway"]);
        Assert.Equal((0, "Kubo's configuration is as it should be.\n", ""), await RunAsync(ConfigFile, "config"));
        written["Routing"]!["Type"] = "auto";
        await File.WriteAllTextAsync(file, written.ToJsonString());
        var change = Assert.Single(JsonNode.Parse((await RunAsync(ConfigFile, "config", "--json")).Out)!["changes"]!.AsArray())!;
        Assert.Equal(("Routing.Type", "\"none\""), ((string?)change["key"], (string?)change["then"]));
        Assert.StartsWith("Routing.Type: \"auto\" -> \"none\"\nWritten.", (await RunAsync(ConfigFile, "config", "--write")).Out,
            StringComparison.Ordinal);
    }

    private void Write(object kubo) => File.WriteAllText(
        ConfigFile, JsonSerializer.Serialize(new { data = Path.Combine(_folder, "data"), ipfs = new { kubo } }));

    private static Task<(int Code, string Out, string Error)> RunAsync(string config, params string[] arguments) =>
        WandaCommand.RunHereAsync(["ipfs", .. arguments, "--config", config]);
}
