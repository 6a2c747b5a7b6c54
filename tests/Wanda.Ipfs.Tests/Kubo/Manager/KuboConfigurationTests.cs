using System.Text.Json.Nodes;

namespace Wanda.Ipfs.Tests.Kubo.Manager;

public sealed class KuboConfigurationTests
{
    private const string Made = """
        {
          "Identity": { "PeerID": "12D3KooW", "PrivKey": "CAESQ" },
          "Bootstrap": ["auto"],
          "Swarm": { "ConnMgr": { "LowWater": 20 } },
          "Datastore": {
            "BlockKeyCacheSize": null,
            "Spec": {
              "type": "mount",
              "mounts": [
                { "type": "measure", "child": { "type": "flatfs", "path": "blocks", "sync": false } },
                { "type": "levelds", "path": "datastore" }
              ]
            }
          }
        }
        """;

    private static JsonObject File => JsonNode.Parse(Made)!.AsObject();

    [Fact]
    public void What_is_shown_is_what_is_written()
    {
        var wanted = KuboConfiguration.Private.With(new KuboSetting("Swarm.ConnMgr.LowWater", 7));
        var file = File;

        var changes = wanted.Compare(file);
        wanted.Apply(file);

        Assert.Contains(new KuboChange("Swarm.ConnMgr.LowWater", "20", "7"), changes);
        Assert.Contains(new KuboChange("Bootstrap", "[\"auto\"]", "[]"), changes);
        Assert.Contains(changes, c => c.Key.StartsWith("Datastore.Spec", StringComparison.Ordinal));
        Assert.Empty(wanted.Compare(file));
        Assert.Equal("7", file["Swarm"]!["ConnMgr"]!["LowWater"]!.ToJsonString());
        Assert.True(file["Datastore"]!["Spec"]!["mounts"]![0]!["child"]!["sync"]!.GetValue<bool>());
        Assert.Null(file["Datastore"]!["Spec"]!["mounts"]![1]!["sync"]);
    }

    [Fact]
    public void What_we_do_not_answer_for_stays()
    {
        var file = File;

        KuboConfiguration.Private.Apply(file);

        Assert.Equal("CAESQ", file["Identity"]!["PrivKey"]!.GetValue<string>());
        Assert.Equal(20, file["Swarm"]!["ConnMgr"]!["LowWater"]!.GetValue<int>());
        Assert.Equal("blocks", file["Datastore"]!["Spec"]!["mounts"]![0]!["child"]!["path"]!.GetValue<string>());
    }

    [Fact]
    public void A_key_is_taken_out_so_that_the_default_holds()
    {
        var wanted = new KuboConfiguration([new("Swarm.ConnMgr.LowWater", null)]);
        var file = File;

        Assert.Contains(new KuboChange("Swarm.ConnMgr.LowWater", "20", null), wanted.Compare(file));
        wanted.Apply(file);

        Assert.False(file["Swarm"]!["ConnMgr"]!.AsObject().ContainsKey("LowWater"));
    }

    [Fact]
    public void The_later_of_two_wins() => Assert.Equal("\"dht\"",
        Assert.Single(KuboConfiguration.Private.With(new KuboSetting("Routing.Type", "dht")).Settings, s => s.Key == "Routing.Type")
            .Value!.ToJsonString());

    [Theory]
    [InlineData("0.43.1", "0.43.1")]
    [InlineData("0.44.0-rc1", "0.44.0")]
    [InlineData("0.43.0/abcdef", "0.43.0")]
    [InlineData("js-ipfs", null)]
    [InlineData("", null)]
    public void A_version(string said, string? number) => Assert.Equal(number, KuboProgram.Parse(said)?.ToString());
}
