using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Wanda.PinningServer;

namespace Formats.Tests;

/// <summary>The pinning server's own tables, of every version: today's server starts on them, and knows what they promised.</summary>
public sealed partial class ServerSampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-formats-").FullName;

    public static TheoryData<string> Versions => [.. SampleFolder.Versions];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Versions))]
    public async Task What_was_promised_is_still_known(string version)
    {
        var sample = SampleFolder.Text(version, "pins.sql");
        await SqlDump.RestoreAsync(sample, Path.Combine(_folder, "pins.db"));
        await using (var operators = await PinningServerOperator.OpenAsync(_folder, TimeProvider.System))
        {
            var node = Assert.Single(await operators.NodesAsync(), n => n.Name == ServerSample.Node);
            Assert.Equal((1, ServerSample.Content.Length), (node.Pins, node.Bytes));
            Assert.NotNull(node.LastSeen);
            if (sample.Contains("INSERT INTO account", StringComparison.Ordinal))
            {
                Assert.Equal(2_000_000_000_000, Assert.Single(await operators.NodesAsync(), n => n.Name == "dome-2").QuotaBytes);
                string[] dropped = sample.Contains("INSERT INTO dropped", StringComparison.Ordinal) ? ["wanted", "dropped"] : [];
                Assert.Equal(["invited", "joined", "invited", "pinned", "wanted", .. dropped],
                    (await operators.AuditAsync()).Reverse().Select(e => e.Action));
            }
        }

        await using var server = await ServerSample.StartAsync(_folder);
        // Its blocks are in no sample, so the server says that it wants them.
        var pins = JsonNode.Parse(await server.Client.GetStringAsync("/psa/pins?status=queued"))!["results"]!.AsArray();
        Assert.Contains(pins,
            p => (string)p!["pin"]!["cid"]! == ServerSample.Cid.ToString() && (string)p["pin"]!["name"]! == "m31-007.fits");
        Assert.Contains(pins, p => (string)p!["pin"]!["name"]! == "later" && (string)p["pin"]!["meta"]!["app"]! == "x");
    }

    [Fact]
    public async Task The_schema_of_today_has_a_sample()
    {
        await using (await PinningServerOperator.OpenAsync(_folder, TimeProvider.System))
        {
            // Making it is enough.
        }

        var today = SchemaVersion().Match(await SqlDump.OfAsync(Path.Combine(_folder, "pins.db"))).Value;
        Assert.Contains(SampleFolder.Versions, version => SampleFolder.Text(version, "pins.sql").Contains(today, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"PRAGMA user_version = \d+;")]
    private static partial Regex SchemaVersion();
}
