using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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
}
