namespace Wanda.Hosting.Tests.Configuration;

/// <summary>What may be said of Kubo, and what contradicts itself.</summary>
[Collection("Environment")]
public sealed class KuboOptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-config-").FullName;

    public static TheoryData<string> Good => new(
        """ "manage": true """,
        """ "manage": true, "apiPort": 5001, "gatewayPort": 8080, "daemonAddr": "127.0.0.1" """,
        """ "manage": true, "maxStorage": "50GB", "gcWatermark": 80, "profile": "server", "migrate": true, "unit": true """,
        """ "manage": true, "swarmAddresses": ["/ip4/0.0.0.0/tcp/4001", "/ip4/0.0.0.0/udp/4001/quic-v1"], "dhtMode": "server", """
            + """ "bootstrapNodes": ["/ip4/10.0.0.2/tcp/4001/p2p/12D3KooWMKgNRzLGmxzGmxUkApYYNQviGmboTX8XUmbFa3H1pGjK"], """
            + """ "announceAddresses": ["/dns4/a.example.org/tcp/4001"], "relayEnabled": true """,
        """ "manage": true, "bootstrapNodes": ["auto"], "dhtMode": "client", "autoPin": false """,
        """ "url": "http://127.0.0.1:5001", "token": "basic:me:secret", "maxStorage": "50GB" """,
        """ "url": "unix:/run/ipfs/rpc.sock" """,
        """ "url": "/unix/run/ipfs/rpc.sock", "shared": false, "gcWatermark": 70, "maxStorage": "1GB" """,
        """ "url": "/ip4/127.0.0.1/tcp/5001" """,
        """ "url": "/home/pi/.ipfs" """,
        """ "url": "/ipfs/repository" """,
        """ "daemonAddr": "10.0.0.2", "apiPort": 5002 """);

    [Theory]
    [MemberData(nameof(Good))]
    public void It_may_be_said(string kubo) => Assert.True(
        Load($$"""{ "data": "d", "ipfs": { "kubo": { {{kubo}} } } }""").Ipfs.Kubo.IsUsed);

    [Theory]
    [InlineData(""" "manage": true, "url": "http://127.0.0.1:5001" """, "ipfs.kubo.manage", "contradicts ipfs.kubo.url")]
    [InlineData(""" "manage": true, "token": "s" """, "ipfs.kubo.token", "wants none")]
    [InlineData(""" "manage": true, "daemonAddr": "0.0.0.0", "apiPort": 5001 """, "ipfs.kubo.daemonAddr", "127.0.0.1")]
    [InlineData(""" "manage": true, "daemonAddr": "10.0.0.2", "apiPort": 5001 """, "ipfs.kubo.daemonAddr", "this machine")]
    [InlineData(""" "manage": true, "daemonAddr": "127.0.0.1" """, "ipfs.kubo.apiPort", "is missing")]
    [InlineData(""" "manage": true, "apiPort": 70000 """, "ipfs.kubo.apiPort", "65535")]
    [InlineData(""" "manage": true, "gatewayPort": 0 """, "ipfs.kubo.gatewayPort", "65535")]
    [InlineData(""" "manage": true, "apiPort": 5001, "gatewayPort": 5001 """, "ipfs.kubo.gatewayPort", "another")]
    [InlineData(""" "manage": true, "swarmAddresses": ["0.0.0.0:4001"] """, "ipfs.kubo.swarmAddresses", "/ip4/0.0.0.0/tcp/4001")]
    [InlineData(""" "manage": true, "bootstrapNodes": ["/ip4/10.0.0.2/tcp/4001"] """, "ipfs.kubo.bootstrapNodes", "p2p")]
    [InlineData(""" "manage": true, "announceAddresses": ["/ip4/10.0.0.2/tcp/4001"] """, "ipfs.kubo.announceAddresses", "swarmAddresses")]
    [InlineData(""" "manage": true, "dhtMode": "client" """, "ipfs.kubo.dhtMode", "bootstrapNodes")]
    [InlineData(""" "manage": true, "dhtMode": "server", "bootstrapNodes": ["auto"] """, "ipfs.kubo.dhtMode", "swarmAddresses")]
    [InlineData(""" "manage": true, "dhtMode": "full" """, "ipfs.kubo.dhtMode", "client")]
    [InlineData(""" "manage": true, "relayEnabled": true """, "ipfs.kubo.relayEnabled", "bootstrapNodes")]
    [InlineData(""" "manage": true, "gcWatermark": 80 """, "ipfs.kubo.gcWatermark", "maxStorage")]
    [InlineData(""" "manage": true, "gcWatermark": 101, "maxStorage": "1GB" """, "ipfs.kubo.gcWatermark", "1 to 100")]
    [InlineData(""" "manage": true, "maxStorage": "1MB" """, "ipfs.kubo.maxStorage", "100MB")]
    [InlineData(""" "manage": true, "pubsubTopic": "wanda" """, "ipfs.kubo.pubsubTopic", "community")]
    [InlineData(""" "manage": true, "pinRemote": true """, "ipfs.kubo.pinRemote", "destinations")]
    [InlineData(""" "manage": true, "minVersion": "0.40" """, "ipfs.kubo.minVersion", "0.43")]
    [InlineData(""" "manage": true, "swarm_addresses": [] """, "ipfs.kubo.swarm_addresses", "swarmAddresses")]
    [InlineData(""" "url": "http://127.0.0.1:5001", "gatewayPort": 8080 """, "ipfs.kubo.gatewayPort", "\"manage\": true")]
    [InlineData(""" "url": "http://127.0.0.1:5001", "dhtMode": "client" """, "ipfs.kubo.dhtMode", "\"manage\": true")]
    [InlineData(""" "url": "http://127.0.0.1:5001", "apiPort": 5001 """, "ipfs.kubo.url", "the one or the other")]
    [InlineData(""" "url": "http://127.0.0.1:5001", "maxStorage": "1GB", "gcWatermark": 50 """, "ipfs.kubo.gcWatermark", "shared")]
    [InlineData(""" "unit": true """, "ipfs.kubo.unit", "\"manage\": true")]
    [InlineData(""" "url": "/ip4/127.0.0.1/tcp/99999" """, "ipfs.kubo.url", "is no address")]
    [InlineData(""" "url": "/ip4/127.0.0.1/udp/5001" """, "ipfs.kubo.url", "is no address")]
    [InlineData(""" "url": "unix:rpc.sock" """, "ipfs.kubo.url", "is no address")]
    public void It_contradicts_itself(string kubo, string key, string remedy)
    {
        var problems = Assert.Throws<ConfigurationException>(
            () => Load($$"""{ "data": "d", "ipfs": { "kubo": { {{kubo}} } } }""")).Message;

        Assert.Contains(key, problems, StringComparison.Ordinal);
        Assert.Contains(remedy, problems, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "data": "d", "ipfs": { "mode": "embedded", "kubo": { "manage": true } } }""", "ipfs.mode")]
    [InlineData("""{ "data": "d", "ipfs": { "mode": "kubo", "kubo": { "manage": true, "autoPin": false } } }""", "ipfs.kubo.autoPin")]
    [InlineData("""
        { "data": "d", "ipfs": { "kubo": { "manage": true, "pinRemote": false } },
          "destinations": [{ "name": "a", "kind": "folder", "path": "/mnt/a", "failureDomain": "nas" }] }
        """, "ipfs.kubo.pinRemote")]
    public void It_contradicts_the_rest(string file, string key) => Assert.Contains(
        key, Assert.Throws<ConfigurationException>(() => Load(file)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_variables_of_the_first_plan_say_which_Kubo()
    {
        using var address = new Variable("IPFS_API_ADDR", "/ip4/127.0.0.1/tcp/5009");

        Assert.Equal("/ip4/127.0.0.1/tcp/5009", Load("""{ "data": "d" }""").Ipfs.Kubo.Address);
        Assert.Equal("http://10.0.0.2:5001", Load(
            """{ "data": "d", "ipfs": { "kubo": { "url": "http://10.0.0.2:5001" } } }""").Ipfs.Kubo.Address);
        Assert.Null(Load("""{ "data": "d", "ipfs": { "kubo": { "manage": true } } }""").Ipfs.Kubo.Address);
    }

    [Fact]
    public void The_variables_of_the_first_plan_turn_it_on_and_off()
    {
        using (new Variable("IPFS_ENABLED", "True"))
            Assert.Equal("http://127.0.0.1:5001", Load("""{ "data": "d" }""").Ipfs.Kubo.Address);
        using (new Variable("IPFS_ENABLED", "0"))
            Assert.Equal(IpfsMode.Embedded, Load("""{ "data": "d" }""").Ipfs.Mode);
        using (new Variable("IPFS_ENABLED", "0"))
            Assert.Equal(IpfsMode.Auto, Load("""{ "data": "d", "ipfs": { "kubo": { "manage": true } } }""").Ipfs.Mode);
        using (new Variable("IPFS_ENABLED", "perhaps"))
            Assert.Contains("IPFS_ENABLED", Assert.Throws<ConfigurationException>(() => Load("""{ "data": "d" }""")).Message);
        using (new Variable("IPFS_API_ADDR", "somewhere"))
            Assert.Contains("IPFS_API_ADDR", Assert.Throws<ConfigurationException>(() => Load("""{ "data": "d" }""")).Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private WandaOptions Load(string json)
    {
        var file = Path.Combine(_folder, "wanda.json");
        File.WriteAllText(file, json);
        return WandaConfiguration.Load(file);
    }

    private sealed class Variable : IDisposable
    {
        private readonly string _name;

        public Variable(string name, string value) => Environment.SetEnvironmentVariable(_name = name, value);

        public void Dispose() => Environment.SetEnvironmentVariable(_name, null);
    }
}
