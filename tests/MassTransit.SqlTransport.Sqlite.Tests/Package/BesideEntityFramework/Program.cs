using Frames;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// An application that keeps its frames with Entity Framework, in a file of their own, and has the package's README sample beside it. Its argument is a
// folder; it says what it has seen, one line a fact.
var folder = args[0];
await using (var db = new FrameContext())
{
    await db.Database.EnsureCreatedAsync(); // Entity Framework is the first to use SQLite in this process
    db.Add(new Frame { Name = "before the bus" });
    await db.SaveChangesAsync();
}

var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddOptions<SqlTransportOptions>().Configure(options => options.Database = Path.Combine(folder, "queue.db"));
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
using var host = builder.Build();
await host.StartAsync();
await host.Services.GetRequiredService<IBus>().Publish(new FrameTaken("from the bus"));
await FrameConsumer.Done.Task.WaitAsync(TimeSpan.FromSeconds(60));

await using (var db = new FrameContext())
    Console.WriteLine($"frames: {string.Join(", ", db.Frames.OrderBy(f => f.Id).Select(f => f.Name))}");
foreach (var library in File.ReadLines("/proc/self/maps").Where(l => l.Contains("sqlite3.so")).Select(l => l[(l.LastIndexOf(' ') + 1)..]).Distinct())
    Console.WriteLine($"library: {library}");
Console.WriteLine($"health: {(await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status}");
await host.StopAsync();
