using System.Text.Json;
using System.Text.Json.Nodes;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;

namespace Wanda.Ops.Tests.Cli;

/// <summary>What an operator is told of the Kubo beside the node, and what of one that is not as it should be.</summary>
public sealed class IpfsVerbTests : IAsyncLifetime
{
    private TestNode _node = null!;
    private StandInKubo _kubo = null!;

    public async Task InitializeAsync() => (_node, _kubo) = (await TestNode.CreateAsync(), await StandInKubo.StartAsync());

    public async Task DisposeAsync()
    {
        await _kubo.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Theory]
    [InlineData("peers", "No Kubo is used: write ipfs.kubo.manage or ipfs.kubo.url")]
    [InlineData("pins", "No Kubo is used: write ipfs.kubo.manage or ipfs.kubo.url")]
    [InlineData("gc", "No Kubo is used: write ipfs.kubo.manage or ipfs.kubo.url")]
    [InlineData("config", "The node runs no Kubo, and another's is not configured from here. Write ipfs.kubo.manage: true.")]
    public async Task Without_one_it_is_said_how_one_is_used(string verb, string said)
    {
        Write(new { });

        await FailsAsync(1, said, verb);
    }

    [Fact]
    public async Task Without_one_the_status_is_well()
    {
        Write(new { });

        var (code, output, error) = await RunAsync("status");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("No Kubo is used: the embedded store keeps the blocks.", output);
        Assert.False((bool)(await JsonAsync(0, "status"))["isUsed"]!);
    }

    [Theory]
    [InlineData("""{ "manage": true, "url": "http://127.0.0.1:5001" }""", "auto", "ipfs.kubo.manage: contradicts ipfs.kubo.url")]
    [InlineData("""{ "manage": true }""", "embedded", "ipfs.kubo.manage: contradicts ipfs.mode \"embedded\"")]
    [InlineData("""{ "url": "http://127.0.0.1:5001", "profile": "server" }""", "auto", "ipfs.kubo.profile: is for a daemon that the node")]
    public async Task Keys_that_contradict_each_other_are_named_by_every_verb(string kubo, string mode, string said)
    {
        Write(JsonNode.Parse(kubo)!, mode);

        foreach (var verb in new[] { "status", "peers", "pins", "gc", "config", "install" })
            await FailsAsync(2, said, verb);
    }

    [Fact]
    public async Task One_that_answers_is_shown_in_one_snapshot()
    {
        Use();
        await _kubo.Client.Pins.AddAsync(await _kubo.KeptAsync("a frame"), PinMode.Recursive, "m42/a");

        var (code, output, error) = await RunAsync("status");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("Kubo 0.43.1 answers.", output);
        foreach (var line in new[] { "peer id     12D3KooWStandIn", "repository  1 KB, /data", "pins        1", "peers       0" })
            Assert.Contains(line, output);
        var facts = (await JsonAsync(0, "status"))["facts"]!;
        Assert.Equal((1, "/data"), ((int?)facts["pins"], (string?)facts["repository"]));
    }

    [Fact]
    public async Task Its_pins_are_listed_with_their_names_and_its_peers()
    {
        Use();
        var cid = await _kubo.KeptAsync("a frame");
        await _kubo.Client.Pins.AddAsync(cid, PinMode.Recursive, "m42/a");

        Assert.Equal((0, $"{cid}  recursive  m42/a\n1 pins.\n", ""), await RunAsync("pins"));
        Assert.Equal("m42/a", (string?)(await JsonAsync(0, "pins"))[0]!["name"]);
        Assert.Equal((0, "It is connected to nobody.\n", ""), await RunAsync("peers"));
    }

    [Theory]
    [InlineData("""{ "manage": true }""", "no daemon runs on the repository")]
    [InlineData("""{ "url": "http://127.0.0.1:PORT" }""", "cannot be reached")]
    public async Task Where_no_daemon_runs_it_is_said_and_the_status_is_not_well(string kubo, string said)
    {
        using var closed = new HeldPort();
        Write(JsonNode.Parse(kubo.Replace("PORT", $"{closed.Number}", StringComparison.Ordinal))!);

        foreach (var verb in new[] { "peers", "pins", "gc" })
            await FailsAsync(1, said, verb, verb == "gc" ? "--yes" : "--json");
        var (code, output, _) = await RunAsync("status");
        Assert.Equal(1, code);
        Assert.StartsWith("Kubo did not answer: ", output);
        Assert.False((bool)(await JsonAsync(1, "status"))["isReady"]!);
    }

    [Fact]
    public async Task One_that_is_too_old_is_not_well_and_it_is_said_what_is_needed()
    {
        Use();
        _kubo.Daemon.Version = "0.42.9";

        var (code, output, _) = await RunAsync("status");

        Assert.Equal(1, code);
        Assert.StartsWith("Kubo 0.42.9 answers, and is left alone: 0.43 or newer is needed (ipfs.kubo.minVersion).", output);
        Write(new { url = _kubo.Server.Address, minVersion = "0.42" });
        Assert.Equal(0, (await RunAsync("status")).Code);
    }

    [Fact]
    public async Task One_that_the_mode_leaves_alone_is_shown_as_such()
    {
        Write(new { url = _kubo.Server.Address }, "embedded");

        var (code, output, _) = await RunAsync("status");

        Assert.Equal(0, code);
        Assert.StartsWith("Kubo 0.43.1 answers, and is left alone, as ipfs.mode \"embedded\" says.", output);
    }

    [Fact]
    public async Task Of_one_that_others_use_nothing_is_collected_without_a_yes()
    {
        Use();
        var cid = await _kubo.KeptAsync("what somebody did not pin");

        await FailsAsync(1, "Others use this Kubo (ipfs.kubo.shared)", "gc");

        Assert.False(await _kubo.LacksAsync(cid));
        Assert.Equal((0, "1 blocks removed, 0 B freed.\n", ""), await RunAsync("gc", "--yes"));
        Assert.True(await _kubo.LacksAsync(cid));
    }

    [Fact]
    public async Task Of_one_that_is_ours_what_nobody_pins_is_collected()
    {
        Write(new { url = _kubo.Server.Address, shared = false });
        await _kubo.KeptAsync("what nobody pins");

        Assert.Equal(1, (int?)(await JsonAsync(0, "gc"))["removed"]);
    }

    [Fact]
    public async Task What_is_changed_in_its_configuration_is_shown_written_and_then_as_it_should_be()
    {
        Write(new { manage = true });
        Assert.Contains("There is no repository yet", (await RunAsync("config")).Out);
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_node.Options.Data, "kubo")).FullName, "config");
        const string Operators = """{ "Routing": { "Type": "auto" }, "Swarm": { "ConnMgr": { "LowWater": 7 } } }""";
        await File.WriteAllTextAsync(file, Operators);

        var shown = await RunAsync("config");

        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.Contains("Routing.Type: \"auto\" -> \"none\"", shown.Out);
        Assert.Contains("AutoTLS.Enabled: (not set) -> false", shown.Out);
        Assert.Contains("Not written yet", shown.Out);
        Assert.Equal(Operators, await File.ReadAllTextAsync(file));
        Assert.Contains("Written. The daemon reads it at its next start", (await RunAsync("config", "--write")).Out);
        var written = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.Equal(("none", 7), ((string?)written["Routing"]!["Type"], (int?)written["Swarm"]!["ConnMgr"]!["LowWater"]));
        Assert.Equal((0, "Kubo's configuration is as it should be.\n", ""), await RunAsync("config"));
    }

    private void Use() => Write(new { url = _kubo.Server.Address });

    private void Write(object kubo, string mode = "auto") => File.WriteAllText(
        Path.Combine(_node.Options.Data, "wanda.json"),
        JsonSerializer.Serialize(new { data = _node.Options.Data, ipfs = new { mode, kubo } }));

    private async Task FailsAsync(int code, string said, params string[] arguments)
    {
        var failed = await RunAsync(arguments);
        Assert.Equal((code, ""), (failed.Code, failed.Out));
        Assert.StartsWith("wanda: ", failed.Error);
        Assert.Contains(said, failed.Error);
    }

    private async Task<JsonNode> JsonAsync(int code, params string[] arguments)
    {
        var said = await RunAsync([.. arguments, "--json"]);
        Assert.Equal((code, ""), (said.Code, said.Error));
        return JsonNode.Parse(said.Out)!;
    }

    private Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) =>
        WandaCommand.RunHereAsync(["ipfs", .. arguments, "--data", _node.Options.Data]);
}
