using System.Diagnostics;
using System.Globalization;
using Benchmarks.Wolverine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Weasel.Sqlite;
using Wolverine;
using Wolverine.Sqlite;

// Publish to consume through Wolverine's durable local queue on a SQLite file. Says "ready"; for each line with a number of messages it
// runs a round on a new file, and says how many a second that was.
const int Publishers = 256, InFlight = 100;
var filling = new string('x', 1100);

Console.WriteLine("ready");
while (await Console.In.ReadLineAsync() is { } line)
    Console.WriteLine((await RoundAsync(int.Parse(line, CultureInfo.InvariantCulture))).ToString("0.0", CultureInfo.InvariantCulture));

async Task<double> RoundAsync(int messages)
{
    var folder = Directory.CreateTempSubdirectory("queue-wolverine-").FullName;
    try
    {
        using var host = Build(Path.Combine(folder, "q.db"));
        await host.StartAsync();
        var done = LoadHandler.Expect(messages);
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, messages, new ParallelOptions { MaxDegreeOfParallelism = Publishers }, async (number, _) =>
        {
            await using var scope = host.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMessageBus>().PublishAsync(new Load(number, filling));
        });
        await done;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await host.StopAsync();
        return messages / seconds;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}

static IHost Build(string path)
{
    var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
    builder.UseWolverine(options =>
    {
        options.Durability.Mode = DurabilityMode.Solo; // one node: no elections
        options.Discovery.DisableConventionalDiscovery().IncludeType(typeof(LoadHandler));
        // Its own default is NORMAL: a commit then waits for no disk.
        var pragmas = SqlitePragmaSettings.Default;
        pragmas.Synchronous = SynchronousMode.FULL;
        options.PersistMessagesWithSqlite(new SqliteDataSource($"Data Source={path}", pragmas));
        options.LocalQueueFor<Load>().UseDurableInbox().MaximumParallelMessages(InFlight);
    });
    return builder.Build();
}
