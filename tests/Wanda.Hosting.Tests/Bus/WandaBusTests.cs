using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Wanda.Hosting.Tests.Bus;

public sealed class WandaBusTests
{
    /// <summary>Law 12. MassTransit would tell its vendor of the endpoints some minutes after the start.</summary>
    [Fact]
    public void The_bus_sends_no_usage_telemetry()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.AddWandaBus();
        using var host = builder.Build();
        Assert.False(host.Services.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled);
    }

    /// <summary>
    /// Law 4. A bus that is not started yet cannot be stopped: a process that ended so early gave messages to consumers that were gone, and
    /// made dead letters of them.
    /// </summary>
    [Fact]
    public async Task A_process_has_started_when_its_bus_has()
    {
        var folder = Directory.CreateTempSubdirectory("wanda-bus-");
        var options = WandaConfiguration.Validated(new WandaOptions { Data = folder.FullName });
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        await builder.AddWandaNodeAsync(options, TimeProvider.System, default);
        builder.AddWandaBus();
        using (var host = builder.Build())
        {
            await host.StartAsync();
            Assert.Equal(BusHealthStatus.Healthy, host.Services.GetRequiredService<IBusControl>().CheckHealth().Status);
            await host.StopAsync();
        }

        folder.Delete(recursive: true);
    }
}
