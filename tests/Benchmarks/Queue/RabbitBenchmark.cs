using System.Diagnostics;

namespace Benchmarks.Queue;

/// <summary>Publish to consume on a SQLite file against RabbitMQ on the same machine: quorum queue, publisher confirms, persistent messages.</summary>
internal static class RabbitBenchmark
{
    private const int Messages = 20_000, Rounds = 5, WarmRounds = 4;

    public static async Task RunAsync(TextWriter output, CancellationToken ct)
    {
        await using var broker = await RabbitBroker.StartAsync(ct);
        foreach (var prefetch in (int[])[100, 500])
        {
            List<double> sqlite = [], rabbit = [];
            for (var warm = 0; warm < WarmRounds; warm++)
            {
                await SqliteAsync(prefetch);
                await RabbitAsync(broker, prefetch);
            }
            for (var round = 0; round < Rounds; round++)
            {
                ct.ThrowIfCancellationRequested();
                sqlite.Add(await SqliteAsync(prefetch));
                rabbit.Add(await RabbitAsync(broker, prefetch));
            }
            var (value, peer) = (Measurement.Median(sqlite), Measurement.Median(rabbit));
            new Measurement($"publish to consume against RabbitMQ, prefetch {prefetch}", value, "messages/s", $"RabbitMQ quorum queue {peer:0}", value / peer, null,
                $"{Messages} messages of 1.2 KB, 256 publishers, synchronous=FULL, publisher confirms, median of {Rounds}, in turn").WriteTo(output);
        }
    }

    private static async Task<double> SqliteAsync(int prefetch)
    {
        var folder = Directory.CreateTempSubdirectory("queue-rabbit-").FullName;
        try
        {
            return await OnceAsync(consume => QueueHost.StartAsync(Path.Combine(folder, "q.db"), prefetch, consume));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<double> RabbitAsync(RabbitBroker broker, int prefetch) =>
        OnceAsync(consume => QueueHost.StartRabbitAsync(broker.Port, prefetch, consume));

    private static async Task<double> OnceAsync(Func<Func<Load, Task>, Task<QueueHost>> start)
    {
        var countdown = new Countdown(Messages);
        await using var host = await start(_ => countdown.CountAsync());
        var began = Stopwatch.GetTimestamp();
        await host.PublishAsync(Messages);
        await countdown.Done;
        return Messages / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
