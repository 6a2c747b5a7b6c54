using Wanda.Catalog;
using Wanda.Custody;
namespace Wanda.Hosting.Tests.Configuration;

[Collection("Environment")]
public sealed class WandaConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-config-").FullName;

    [Fact]
    public void A_small_file_is_enough()
    {
        var options = Load("""
            { "data": "/var/lib/wanda", "destinations": [{ "name": "altermundi", "url": "https://pin.example.org", "token": "secret" }],
              "release": { "lowWater": "3GB", "when": "proven" } }
            """);
        Assert.Equal("/var/lib/wanda/frames", options.Storage.Root);
        Assert.Equal(3_000_000_000, options.Release.LowWater.Bytes);
        Assert.Equal(ReleaseWhen.Proven, options.Release.When);
        Assert.Equal(1, options.Release.Copies);
    }

    [Theory]
    [InlineData("""{ }""", "data:", "/var/lib/wanda")]
    [InlineData("""{ "data": "d", "release": { "copies": 0 } }""", "release.copies", "at least 1")]
    [InlineData("""{ "data": "d", "release": { "nights": -1 } }""", "release.nights", "negative")]
    [InlineData("""{ "data": "d", "ipfs": { "profile": "v9" } }""", "ipfs.profile", "unixfs-v1-2025")]
    [InlineData("""{ "data": "d", "ipfs": { "mode": "kubo" } }""", "ipfs.kubo.url", "http://127.0.0.1:5001")]
    [InlineData("""{ "data": "d", "ipfs": { "kubo": { "url": "localhost:5001" } } }""", "ipfs.kubo.url", "http://127.0.0.1:5001")]
    [InlineData("""{ "data": "d", "ipfs": { "kubo": { "tokenFile": "/none" } } }""", "ipfs.kubo.tokenFile", "/none")]
    [InlineData("""{ "data": "d", "ipfs": { "kubo": { "minVersion": "new" } } }""", "ipfs.kubo.minVersion", "0.43")]
    [InlineData("""{ "data": "d", "cameras": [{ "name": "A B" }] }""", "cameras[0].name", "a-z 0-9")]
    [InlineData("""{ "data": "d", "cameras": [{ "name": "a", "kind": "qhy" }] }""", "cameras[0].kind", "simulator")]
    [InlineData("""{ "data": "d", "cameras": [{ "name": "a", "size": "big" }] }""", "cameras[0].size", "1280x1024")]
    [InlineData("""{ "data": "d", "cameras": [{ "name": "a" }, { "name": "a" }] }""", "cameras", "its own")]
    [InlineData("""{ "data": "d", "storage": { "floor": "10MB" } }""", "storage.floor", "storage.reserve")]
    [InlineData("""{ "data": "d", "storage": { "floor": "100MB" }, "cameras": [{ "name": "a", "size": "9576x6388" }] }""",
        "storage.floor", "two frames of camera a")]
    [InlineData("""{ "data": "d", "watch": [{ }] }""", "watch[0].path", "saves to")]
    [InlineData("""{ "data": "/d", "watch": [{ "path": "/d/../d" }] }""", "watch[0].path", "other program")]
    [InlineData("""{ "data": "/d", "watch": [{ "path": "/d/frames/x" }] }""", "watch[0].path", "other program")]
    [InlineData("""{ "data": "d", "watch": [{ "path": "/x", "quiet": "-00:00:01" }] }""", "watch[0].quiet", "1 hour")]
    [InlineData("""{ "data": "d", "reconcile": { "interval": "60.00:00:00" } }""", "reconcile.interval", "30 days")]
    [InlineData("""{ "data": "d", "archive": { "interval": "00:00:00" } }""", "archive.interval", "00:01:00")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "pin", "token": "t" }] }""",
        "destinations[0].url", "https://pin.example.org")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p" }] }""", "destinations[0].token", "tokenFile")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "kind": "ftp" }] }""", "destinations[0].kind", "\"wanda\"")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "token": "t" }] }""", "destinations[0].url", "https://pin.example.org")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "kind": "folder", "path": "/mnt/nas" }] }""",
        "destinations[0].failureDomain", "name of the NAS")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "kind": "folder", "path": "nas", "failureDomain": "nas" }] }""",
        "destinations[0].path", "/mnt/nas/wanda")]
    [InlineData(
        """{ "data": "d", "destinations": [{ "name": "a", "kind": "folder", "path": "/mnt", "failureDomain": "n", "token": "t" }] }""",
        "destinations[0].token", "Take it out")]
    [InlineData("""{ "data": "/d", "destinations": [{ "name": "a", "kind": "folder", "path": "/d/copies", "failureDomain": "n" }] }""",
        "destinations", "another disk")]
    [InlineData(
        """{ "data": "d", "destinations": [{ "name": "a", "kind": "sftp", "url": "https://nas/x", "user": "u", "keyFile": "/etc/passwd" }] }""", "destinations[0].url", "sftp://")]
    [InlineData(
        """{ "data": "d", "destinations": [{ "name": "a", "kind": "sftp", "url": "sftp://nas/x", "user": "-oProxyCommand=x", "keyFile": "/etc/passwd" }] }""", "destinations[0].user", "knows you by")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "tokenFile": "/none" }] }""",
        "destinations[0].tokenFile", "/none")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "failureDomain": "x " }] }""",
        "destinations[0].failureDomain", "blanks")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "concurrency": 99 }] }""",
        "destinations[0].concurrency", "1 to 16")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "bandwidth": "1KB" }] }""",
        "destinations[0].bandwidth", "16KB")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "monthlyVolume": "0" }] }""",
        "destinations[0].monthlyVolume", "20GB")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "window": "22-6" }] }""",
        "destinations[0].window", "22:00-06:00")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "windows": "x" }] }""",
        "windows: is unknown", "window, ")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "priority": 1000 }] }""",
        "destinations[0].priority", "-100 to 100")]
    [InlineData(
        """{ "data": "d", "destinations": [{ "name": "a", "kind": "pinning-service", "url": "https://p", "token": "t", "public": true, "bandwidth": "1MB" }] }""", "destinations[0].carUrl", "take them out")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "maxPause": "00:00:01" }] }""",
        "destinations[0].maxPause", "minPause")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "minReadRate": "0" }] }""",
        "destinations[0].minReadRate", "4KB")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "kind": "pinata", "token": "t" }] }""",
        "destinations[0].public", "without your word")]
    [InlineData(
        """{ "data": "d", "destinations": [{ "name": "a", "kind": "pinning-service", "url": "https://p", "token": "t", "public": false }] }""", "destinations[0].public", "Write true")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "kind": "kubo", "url": "http://10.0.0.2:5001" }] }""",
        "destinations[0].public", "public network")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "kind": "kubo", "public": true }] }""",
        "destinations[0].url", "Write it whole")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "kind": "kubo", "public": true, "url": "10.0.0.5:5001" }] }""",
        "destinations[0].url", "/ip4/10.0.0.5/tcp/5001")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "kind": "kubo", "public": true, "url": "/ip4/10.0.0.5/udp/4001" }] }""",
        "destinations[0].url", "unix:/run/ipfs/rpc.sock")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "unix:/run/a.sock", "token": "t" }] }""",
        "destinations[0].url", "Write it whole")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "shared": false }] }""",
        "destinations[0].shared", "means nothing")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "gateway": "https://g" }] }""",
        "destinations[0].gateway", "means nothing")]
    [InlineData(
        """{ "data": "d", "destinations": [{ "name": "a", "kind": "pinata", "token": "t", "public": true, "gateway": "g.mypinata.cloud" }] }""", "destinations[0].gateway", "no address")]
    [InlineData(
        """{ "data": "d", "destinations": [{ "name": "a", "kind": "pinata", "token": "t", "public": true, "gateway": "https://g?pinataGatewayToken=t" }] }""", "destinations[0].gateway", "no address")]
    [InlineData(
        """{ "data": "d", "destinations": [{ "name": "a", "kind": "pinata", "token": "t", "public": true, "gateway": "https://g", "gatewayTokenFile": "/none" }] }""", "destinations[0].gatewayTokenFile", "/none")]
    [InlineData("""{ "data": "d", "retrieval": { "gateways": ["ipfs.io"] } }""", "retrieval.gateways: 'ipfs.io'", "https://HOST")]
    [InlineData("""{ "data": "d", "events": { "relay": "localhost:5000" } }""", "events.relay: 'localhost:5000'", "http://127.0.0.1:5000")]
    [InlineData("""{ "data": "d", "retrieval": { "gateways": ["https://a:b@ipfs.io"] } }""", "retrieval.gateways", "without a password")]
    [InlineData("""{ "data": "d", "privacy": { "publish": ["place"] } }""", "privacy.publish[0]: 'place'", "\"coordinates\"")]
    [InlineData("""{ "data": "d", "privacy": { "publish": "coordinates" } }""", "privacy.publish: cannot be", "in [ ], of \"coordinates\"")]
    [InlineData("""{ "data": "d", "watch": [{ "path": "p", "session": "plan" }] }""",
        "watch[0].session: 'plan'", "\"night\" or \"folder\"")]
    [InlineData("""{ "data": "d", "cameras": [{ "name": "c", "kind": "command" }], "ops": { "app": "http://127.0.0.1:5000" } }""",
        "cameras[0].kind", "the WANDA app's")]
    [InlineData("""{ "data": "d", "watch": [{ "path": "p", "metadata": "beside" }] }""", "watch[0].metadata", "\"session\": \"folder\"")]
    [InlineData("""{ "data": "d", "watch": [{ "path": "p", "preset": "sharpcap" }] }""", "watch[0].preset: 'sharpcap'", "\"wanda-app\"")]
    [InlineData("""{ "data": "d", "watch": [{ "path": "p", "exclude": ["[a"] }] }""", "watch[0].exclude[0]: '[a'", "*.fits")]
    [InlineData("""{ "data": "d", "retrieval": { "cache": "some" } }""", "retrieval.cache: 'some'", "2GB")]
    [InlineData("""{ "data": "d", "ops": { "listen": "8080" } }""", "ops.listen", "http://127.0.0.1:8080")]
    [InlineData("""{ "data": "d", "ops": { "listen": "http://0.0.0.0:8080" } }""", "ops.token", "127.0.0.1")]
    [InlineData("""{ "data": "d", "release": { "lowWater": "much" } }""", "release.lowWater", "much")]
    [InlineData("""{ "data": "d", "release": { "copies": "two" } }""", "release.copies: 'two'", "whole number")]
    [InlineData("""{ "data": "d", "release": { "when": "sometimes" } }""", "release.when: 'sometimes'", "\"space\" or \"proven\"")]
    [InlineData("""{ "data": "d", "cameras": [{ "name": "a", "exposure": 30 }] }""", "cameras[0].exposure: '30'", "00:00:30")]
    [InlineData("""{ "data": "d", "cameras": [{ "name": "a", "bayer": "rggb" }] }""", "cameras[0].bayer", "true or false")]
    [InlineData("""{ "data": "d", "cameras": { "name": "a" } }""", "cameras: is a list", "[ { ... } ]")]
    [InlineData("""{ "data": "d", "watch": "/home/astro" }""", "watch:", "[ { ... } ]")]
    [InlineData("""{ "data": "d", "storage": "/mnt" }""", "storage:", "{ ... }")]
    [InlineData("""{ "data": ["d"] }""", "data: takes one value", "a text")]
    [InlineData("""{ "data": "d", "isDemo": true }""", "isDemo: is unknown", "take it out")]
    [InlineData("""{ "data": "d", "relase": { } }""", "relase: is unknown", "release")]
    [InlineData("""{ "data": "d", "release": { "copys": 2 } }""", "release.copys: is unknown", "when, copies, nights")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "https://p", "token": "t", "tokn": "t" }] }""",
        "destinations[0].tokn: is unknown", "token")]
    [InlineData("""{ "data": "d", "ops": { "hosts": ["http://wanda.local"] } }""", "ops.hosts: 'http://wanda.local'", "\"wanda.local\"")]
    [InlineData("""{ "data": "d", "ops": { "origins": ["http://wanda.local/"] } }""", "ops.origins", "\"http://HOST:3000\"")]
    [InlineData("""{ "data": "d", "ops": { "origins": ["wanda.local"] } }""", "ops.origins", "\"http://HOST:3000\"")]
    [InlineData("""{ "data": "d", "ops": { "app": "127.0.0.1:5000" } }""", "ops.app", "\"http://127.0.0.1:5000\"")]
    [InlineData("""{ "data": "d", "ops": { "app": "http://127.0.0.1:5000/api" } }""", "ops.app", "without a path")]
    [InlineData("""{ "data": "d", "ops": { "app": "http://127.0.0.1:8080" } }""", "ops.app", "listens itself")]
    [InlineData("""{ "data": """, "no JSON", "")]
    public void Each_mistake_names_its_key_and_says_what_to_write(string json, string key, string advice)
    {
        var error = Assert.Throws<ConfigurationException>(() => Load(json));
        var problem = Assert.Single(error.Problems);
        Assert.Contains(key, problem, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(advice, problem, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(
        """{ "data": "", "destinations": [{ "name": "A", "url": "ftp://me:hunter2@host", "token": "hunter2", "concurrency": 0 }], "ops": { "token": "hunter2", "listen": "x" } }""")]
    [InlineData("""{ "data": "d", "destinations": [{ "name": "a", "url": "me:hunter2@host", "token": "hunter2" }] }""")]
    [InlineData("""{ "data": "d", "ipfs": { "kubo": { "url": "http://me:hunter2@host", "token": "hunter2" } } }""")]
    [InlineData("""{ "data": "d", "ops": { "app": "http://me:hunter2@host", "origins": ["http://me:hunter2@host"] } }""")]
    public void No_secret_is_ever_repeated(string json) =>
        Assert.DoesNotContain("hunter2", Assert.Throws<ConfigurationException>(() => Load(json)).ToString());

    [Theory]
    [InlineData("http://10.0.0.5:5001", "10.0.0.5")]
    [InlineData("/ip4/10.0.0.5/tcp/5001", "10.0.0.5")]
    [InlineData("/dns/kubo.example.org/tcp/443/https", "kubo.example.org")]
    [InlineData("unix:/run/ipfs/rpc.sock", "kubo")]
    [InlineData("/unix/run/ipfs/rpc.sock", "kubo")]
    [InlineData("/home/pi/.ipfs", "kubo")]
    public void A_Kubo_is_written_as_Kubo_writes_it_too(string url, string domain)
    {
        var kubo = Load($$"""{ "data": "d", "destinations": [{ "name": "a", "kind": "kubo", "public": true, "url": "{{url}}" }] }""")
            .Destinations[0];
        Assert.Equal((url, domain, true), (kubo.Url, kubo.Domain, kubo.Shared));
    }

    [Fact]
    public void A_list_is_what_was_written_and_otherwise_empty()
    {
        var options = Load("""{ "data": "d", "cameras": [], "watch": null, "retrieval": { "gateways": ["https://a", "https://b"] } }""");
        Assert.Equal((0, 0, 0), (options.Cameras.Count, options.Watch.Count, options.Destinations.Count));
        Assert.Equal(["https://a", "https://b"], options.Retrieval.Gateways);
        options = Load(
            """{ "data": "d", "privacy": { "publish": ["names", "serials"] }, "watch": [{ "path": "p", "exclude": ["*.tmp"] }] }""");
        Assert.Equal([PrivateFact.Names, PrivateFact.Serials], options.Privacy.Publish);
        Assert.Equal("*.tmp", Assert.Single(Assert.Single(options.Watch).Exclude).ToString());
    }

    [Theory]
    [InlineData("", SessionBy.Night, "")]
    [InlineData(""", "preset": "wanda-app" """, SessionBy.Folder, "session_config.json")]
    [InlineData(""", "preset": "indi-allsky" """, SessionBy.Night, "latest.*")]
    [InlineData(""", "preset": "nina", "session": "folder" """, SessionBy.Folder, "")]
    [InlineData(""", "preset": "Wanda-App", "session": "night", "exclude": ["*.bak"] """, SessionBy.Night, "*.bak")]
    public void A_preset_gives_what_is_not_written(string written, SessionBy session, string exclude)
    {
        var watch = Assert.Single(Load($$"""{ "data": "d", "watch": [{ "path": "p"{{written}} }] }""").Watch);
        Assert.Equal((session, exclude), (watch.SessionsBy, string.Join(' ', watch.Excluded)));
    }

    [Theory]
    [InlineData(""" "session": "folder" """, MetadataPlace.Own)]
    [InlineData(""" "session": "folder", "metadata": "beside" """, MetadataPlace.Beside)]
    [InlineData(""" "preset": "wanda-app", "take": "adopt" """, MetadataPlace.Beside)]
    [InlineData(""" "preset": "wanda-app", "take": "adopt", "metadata": "own" """, MetadataPlace.Own)]
    [InlineData(""" "preset": "wanda-app", "take": "adopt", "session": "night" """, MetadataPlace.Own)]
    [InlineData(""" "preset": "wanda-app" """, MetadataPlace.Own)]
    [InlineData(""" "preset": "wanda-app", "metadata": "beside" """, MetadataPlace.Beside)]
    [InlineData(""" "preset": "rms", "take": "adopt" """, MetadataPlace.Own)]
    public void A_list_lies_beside_the_frames_by_the_operators_word_or_the_apps_preset_where_it_adopts(string written, MetadataPlace at) =>
        Assert.Equal(at, Assert.Single(Load($$"""{ "data": "d", "watch": [{ "path": "p",{{written}}}] }""").Watch).MetadataAt);

    [Fact]
    public void Mistakes_are_told_all_at_once_and_those_of_the_environment_as_such()
    {
        Environment.SetEnvironmentVariable("WANDA_Ops__Lisen", "x");
        Environment.SetEnvironmentVariable("WANDA_TRACE", "1");
        try
        {
            var problems = Assert.Throws<ConfigurationException>(
                () => Load("""{ "date": "d", "storage": { "floor": "lots" } }""")).Problems;
            Assert.Equal(3, problems.Count);
            Assert.Contains(problems, p => p.StartsWith("ops.Lisen: is unknown (in the environment)", StringComparison.Ordinal));
        }
        finally
        {
            Environment.SetEnvironmentVariable("WANDA_Ops__Lisen", null);
            Environment.SetEnvironmentVariable("WANDA_TRACE", null);
        }
    }

    [Fact]
    public void The_environment_wins_and_the_name_of_the_file_is_no_key()
    {
        Environment.SetEnvironmentVariable("WANDA_Release__Copies", "2");
        Environment.SetEnvironmentVariable("WANDA_CONFIG", "/etc/wanda/wanda.json");
        try
        {
            Assert.Equal(2, Load("""{ "data": "d", "release": { "copies": 1 } }""").Release.Copies);
        }
        finally
        {
            Environment.SetEnvironmentVariable("WANDA_Release__Copies", null);
            Environment.SetEnvironmentVariable("WANDA_CONFIG", null);
        }
    }

    [Fact]
    public void Loopback_needs_no_token()
    {
        foreach (var listen in new[] { "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1" })
            Assert.Equal(listen, Load($$"""{ "data": "d", "ops": { "listen": "{{listen}}" } }""").Ops.Listen);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private WandaOptions Load(string json)
    {
        var file = Path.Combine(_folder, "wanda.json");
        File.WriteAllText(file, json);
        return WandaConfiguration.Load(file);
    }
}
