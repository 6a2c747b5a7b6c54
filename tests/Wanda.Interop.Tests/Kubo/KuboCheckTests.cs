using Wanda.Catalog;
using Wanda.Destinations;
using Wanda.Hosting;

namespace Wanda.Interop.Tests.Kubo;

/// <summary><c>wanda destination test</c> of a real Kubo.</summary>
public sealed class KuboCheckTests
{
    [SkippableTheory]
    [InlineData("")] // as Kubo comes
    [InlineData(",pebbleds")]
    public async Task One_that_does_not_flush_is_told_and_nothing_is_put_there(string profile)
    {
        var kubo = new GoKubo { Profiles = profile };
        await kubo.InitializeAsync();
        try
        {
            await using var server = await kubo.FoundAsync();

            var report = await CheckAsync(kubo.Address.AbsoluteUri, "");

            Assert.Equal("flush", report.Broken?.Name);
            Assert.Contains("is Kubo 0.", report.Steps.Single(s => s.Name == "token").Saw);
            Assert.Equal(CheckOutcome.Skipped, report.Steps.Single(s => s.Name == "block there").Outcome);
        }
        finally
        {
            await kubo.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task That_it_runs_with_what_it_tells_only_a_node_knows_that_saw_it_before()
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var data = Directory.CreateTempSubdirectory("wanda-check-").FullName;
        try
        {
            await ToldAsync(CheckOutcome.Warning);
            Assert.Empty(Directory.GetFiles(data));

            await using (var catalogue = await Catalogue.OpenAsync(Path.Combine(data, "catalogue.db"), TimeProvider.System, default))
            {
                await ToldAsync(CheckOutcome.Warning);
                var peer = (await kubo.Client.IdentityAsync()).Id;
                Assert.NotNull(await catalogue.Node.FindDaemonAsync(peer, default)); // seen by now
                await catalogue.Node.StoreDaemonAsync(peer, """{ "Started": null }""", default);
            }

            await ToldAsync(CheckOutcome.Passed);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }

        async Task ToldAsync(CheckOutcome outcome)
        {
            var report = await CheckAsync(kubo.Options.Url, data);
            Assert.Null(report.Broken);
            Assert.Equal(outcome, report.Steps.Single(s => s.Name == "flush").Outcome);
        }
    }

    [SkippableFact]
    public async Task The_gateways_port_is_told_to_be_no_RPC()
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var broken = (await CheckAsync(kubo.Daemon.Gateway!.ToString(), "")).Broken!;
        Assert.Equal("token", broken.Name);
        Assert.Contains("5001", broken.Saw, StringComparison.Ordinal);
    }

    private static Task<DestinationReport> CheckAsync(string url, string data) => DestinationCheck.RunAsync(new WandaOptions
    {
        Data = data,
        Destinations = [new DestinationOptions { Name = "hub", Kind = "kubo", Url = url, Public = true }],
    }, "hub", TimeProvider.System, default);
}
