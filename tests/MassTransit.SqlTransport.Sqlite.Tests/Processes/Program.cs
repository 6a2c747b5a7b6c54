using MassTransit;
using MassTransit.SqlTransport.Sqlite;
using MassTransit.SqlTransport.Sqlite.Tests;
using MassTransit.SqlTransport.Sqlite.Tests.Processes;

// The child process of the crash tests: says on its output what has happened, one line a fact, and runs until it is killed or its input ends.
// publish PATH   publishes Ping 0, 1, 2, ... and says "N" when publish N has been acknowledged
// consume PATH   consumes Ping from queue "one" and says "N" before it lets message N be acknowledged
// hold PATH      consumes Ping from queue "one", says "N" and never finishes
// temporary PATH consumes Ping from queue "gone", which is to go a second after its last receiver
// open PATH      opens the file, says how that failed, and ends
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

await using var bus = await TestBus.StartAsync(path, endpoints: (_, cfg) =>
{
    if (verb == "publish")
        return;
    cfg.ReceiveEndpoint(verb == "temporary" ? "gone" : "one", e =>
    {
        e.AutoDeleteOnIdle = verb == "temporary" ? TimeSpan.FromSeconds(1) : null;
        e.LockDuration = TimeSpan.FromSeconds(1);
        e.PollingInterval = TimeSpan.FromHours(1);
        e.Handler<Ping>(async m =>
        {
            Say(m.Message.Number);
            if (verb == "hold")
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, m.CancellationToken);
        });
    });
});
Console.WriteLine("ready");
for (var n = 0; verb == "publish" && !ended.IsCompleted; n++)
{
    await bus.Bus.Publish(new Ping(n));
    Say(n);
}
await ended;

static void Say(int number)
{
    lock (Console.Out)
    {
        Console.WriteLine(number);
        Console.Out.Flush();
    }
}
