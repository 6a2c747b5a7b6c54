using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wanda.Catalog;

namespace Wanda.Hosting.Tests.Stops;

public sealed class StopRecorderTests
{
    /// <summary>Law 11. Nobody may look for hours: since when it stands still is known from the node's processes.</summary>
    [Fact]
    public async Task A_process_of_a_node_puts_on_record_that_its_storage_went_away()
    {
        var folder = Directory.CreateTempSubdirectory("wanda-stops-");
        var options = WandaConfiguration.Validated(new WandaOptions { Data = folder.FullName });
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        await builder.AddWandaNodeAsync(options, TimeProvider.System, default);
        using (var host = builder.Build())
        {
            var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
            File.Delete(Path.Combine(options.Storage.Root!, StorageRoot.IdFileName));
            await host.StartAsync();
            var catalogue = host.Services.GetRequiredService<Catalogue>();
            await Eventually.HoldsAsync(async () => (await catalogue.Node.StoppedAsync(default)).ContainsKey(nameof(StopKind.Storage)),
                "the stop to be on record");
            Assert.InRange((await catalogue.Node.StoppedAsync(default))[nameof(StopKind.Storage)], before, TimeProvider.System.GetUtcNow());
            await host.StopAsync();
        }

        folder.Delete(recursive: true);
    }
}
