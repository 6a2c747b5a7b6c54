using Wanda.Destinations;
using Wanda.Hosting;

namespace Wanda.Interop.Tests.Kubo;

/// <summary><c>wanda destination test</c> of a real Kubo.</summary>
public sealed class KuboCheckTests
{
    [SkippableTheory]
    [InlineData("", "flush")] // as Kubo comes
    [InlineData(",pebbleds", null)]
    public async Task Whether_it_flushes_is_told_and_nothing_is_put_there(string profile, string? broken)
    {
        var kubo = new GoKubo { Profiles = profile };
        await kubo.InitializeAsync();
        try
        {
            await using var server = await kubo.FoundAsync();

            var report = await DestinationCheck.RunAsync(new WandaOptions
            {
                Destinations = [new DestinationOptions { Name = "hub", Kind = "kubo", Url = kubo.Address.AbsoluteUri, Public = true }],
            }, "hub", TimeProvider.System, default);

            Assert.Equal(broken, report.Broken?.Name);
            // What it tells is its file: only a node that saw it before knows that it was started since.
            Assert.Equal(broken is null ? CheckOutcome.Warning : CheckOutcome.Failed, report.Steps.Single(s => s.Name == "flush").Outcome);
            Assert.Contains("is Kubo 0.", report.Steps.Single(s => s.Name == "token").Saw);
            Assert.Equal(CheckOutcome.Skipped, report.Steps.Single(s => s.Name == "block there").Outcome);
        }
        finally
        {
            await kubo.DisposeAsync();
        }
    }
}
