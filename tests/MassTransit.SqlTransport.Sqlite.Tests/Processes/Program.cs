using System.Text.Json;
using MassTransit;
using MassTransit.SqlTransport.Sqlite;
using MassTransit.SqlTransport.Sqlite.Tests;
using MassTransit.SqlTransport.Sqlite.Tests.Portable;
using MassTransit.SqlTransport.Sqlite.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

// The child process of the crash tests: says on its output what has happened, one line a fact, and runs until it is killed or its input
// ends. publish PATH   publishes Ping 0, 1, 2, ... and says "N" when publish N has been acknowledged
// consume PATH   consumes Ping from queue "one" and says "N" before it lets message N be acknowledged
// hold PATH      consumes Ping from queue "one", says "N" and never finishes
// crowd PATH     has eight queues whose one place is taken for good, says what queue "one" consumes of it, Ping 0 to 19, and never finishes
// the eight block PATH     consumes Ping from queue "one", says "N" and blocks its thread until there is a file PATH.go
// threads PATH   connects and stops a receive endpoint, and says how many threads the pool's minimum has grown by meanwhile, and afterwards
// modest PATH    the same without having asked for it
// temporary PATH consumes Ping from queue "gone", which is to go five seconds after its last receiver
// open PATH      opens the file, says how that failed, and ends
// health PATH    starts a bus, says how its health is as soon as that is not simply healthy, and ends
// churn PATH     writes rows to a bare SQLite file beside constant checkpoints (Churn.cs), and says "N" when N rows are on disk
var (verb, path) = (args[0], args[1]);
var ended = Task.Run(Console.In.ReadToEnd); // its own async methods block

if (verb == "churn")
{
    await Churn.RunAsync(path, Say, ended);
    return;
}

if (verb == "open")
{
    await using var queues = new SqliteQueues(path);
    try
    {
        await queues.ListAsync();
    }
    catch (SqliteTransportException error)
    {
        Console.WriteLine($"{error.Failure}: {error.Message}");
    }

    return;
}

using var never = new ManualResetEvent(false);
await using var bus = await TestBus.StartAsync(path, endpoints: (_, cfg) =>
{
    if (verb is "publish" or "threads" or "modest")
        return;
    for (var n = 0; verb == "crowd" && n < 8; n++)
    {
        cfg.ReceiveEndpoint($"slow-{n}", e =>
        {
            e.ConcurrentMessageLimit = 1;
            e.Handler<Pong>(m => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, m.CancellationToken));
        });
    }

    cfg.ReceiveEndpoint(verb == "temporary" ? "gone" : "one", e =>
    {
        e.AutoDeleteOnIdle = verb == "temporary" ? TimeSpan.FromSeconds(5) : null;
        e.LockDuration = TimeSpan.FromSeconds(1);
        e.PollingInterval = PortableRun.Asked is "polling" ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromHours(1);
        e.Handler<Ping>(async m =>
        {
            Say(m.Message.Number);
            while (verb == "block" && !File.Exists(path + ".go"))
                never.WaitOne(20); // its thread, on purpose; for one that waits for a task the pool would make another
            if (verb == "hold")
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, m.CancellationToken);
        });
    });
}, sqlite: host => host.RaiseThreadPoolMinimum = verb != "modest");
Console.WriteLine("ready");
if (verb == "crowd")
{
    await bus.Bus.Publish(new Pong(0));
    for (var n = 0; n < 20; n++)
        await bus.Bus.Publish(new Ping(n));
}

if (verb == "health")
{
    HealthReportEntry? entry = null;
    await Wait.Until(async () => (entry = await bus.HealthAsync()).Value.Status != HealthStatus.Healthy, "the first look");
    Console.WriteLine($"{entry!.Value.Status}: {JsonSerializer.Serialize(entry.Value.Data)}");
    return;
}

if (verb is "threads" or "modest")
{
    var before = PoolMinimum();
    var consumed = new TaskCompletionSource();
    var endpoint = bus.Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint("two", e => e.Handler<Pong>(_ =>
    {
        consumed.TrySetResult();
        return Task.CompletedTask;
    }));
    await endpoint.Ready;
    await bus.Bus.Publish(new Pong(0));
    await consumed.Task;
    Say(PoolMinimum() - before);
    await endpoint.StopAsync();
    await Wait.Until(() => PoolMinimum() == before, "the receiver's end");
    Say(PoolMinimum() - before);
}

for (var n = 0; verb == "publish" && !ended.IsCompleted; n++)
{
    await bus.Bus.Publish(new Ping(n));
    Say(n);
}

await ended;

static int PoolMinimum()
{
    ThreadPool.GetMinThreads(out var threads, out _);
    return threads;
}

static void Say(int number)
{
    lock (Console.Out)
    {
        Console.WriteLine(number);
        Console.Out.Flush();
    }
}
