using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MassTransit.SqlTransport.Sqlite.Tests.Package;

/// <summary>The sample of the README, which must be the lines between the marks.</summary>
internal static class ReadmeSample
{
    public static async Task RunAsync(string[] args)
    {
        // <sample>
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddOptions<SqlTransportOptions>().Configure(options => options.Database = "/var/lib/app/queue.db");
        builder.Services.AddSqliteMigrationHostedService();
        builder.Services.AddMassTransit(x =>
        {
            x.AddSqlMessageScheduler();
            x.AddConsumer<FrameConsumer>();
            x.UsingSqlite((context, bus) =>
            {
                bus.UseSqlMessageScheduler();
                bus.ConfigureEndpoints(context);
            });
        });
        await builder.Build().RunAsync();
        // </sample>
    }

    internal sealed class FrameConsumer : IConsumer<Ping>
    {
        public Task Consume(ConsumeContext<Ping> context) => Task.CompletedTask;
    }
}
