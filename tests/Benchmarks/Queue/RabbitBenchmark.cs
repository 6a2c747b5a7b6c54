using System.Diagnostics;

namespace Benchmarks.Queue;

/// <summary>
/// Publish to consume on a SQLite file against RabbitMQ on the same machine: quorum queue, publisher confirms, persistent messages.
/// </summary>
internal static class RabbitBenchmark
{
    private const int Messages = 20_000, Rounds = 5, WarmRounds = 4;

    /// <summary>Prefetch, and who publishes at once: many requests, a few services, a program that waits for each message.</summary>
    private static readonly (int Prefetch, int Publishers)[] Cases = [(100, 256), (500, 256), (100, 16), (500, 16), (100, 1), (500, 1)];

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await using var broker = await RabbitBroker.StartAsync(cancellationToken);
        foreach (var (prefetch, publishers) in Cases)
        {
            var messages = Math.Min(Messages, publishers * 5000);
            List<double> sqlite = [], rabbit = [];
            for (var warm = 0; warm < WarmRounds; warm++)
            {
                await SqliteAsync(prefetch, publishers, messages);
                await RabbitAsync(broker, prefetch, publishers, messages);
            }

            for (var round = 0; round < Rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                sqlite.Add(await SqliteAsync(prefetch, publishers, messages));
                rabbit.Add(await RabbitAsync(broker, prefetch, publishers, messages));
            }

            var (value, peer) = (Measurement.Median(sqlite), Measurement.Median(rabbit));
            new Measurement($"publish to consume against RabbitMQ, prefetch {prefetch}, {publishers} publishing at once", value,
                "messages/s", $"RabbitMQ quorum queue {peer:0}", value / peer, null,
                $"{messages} messages of 1.2 KB, synchronous=FULL, publisher confirms, median of {Rounds}, in turn").WriteTo(output);
        }
    }

    private static async Task<double> SqliteAsync(int prefetch, int publishers, int messages)
    {
        var folder = Directory.CreateTempSubdirectory("queue-rabbit-").FullName;
        try
        {
            return await OnceAsync(publishers, messages, consume => QueueHost.StartAsync(Path.Combine(folder, "q.db"), prefetch, consume));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<double> RabbitAsync(RabbitBroker broker, int prefetch, int publishers, int messages) =>
        OnceAsync(publishers, messages, consume => QueueHost.StartRabbitAsync(broker.Port, prefetch, consume));

    private static async Task<double> OnceAsync(int publishers, int messages, Func<Func<Load, Task>, Task<QueueHost>> start)
    {
        var countdown = new Countdown(messages);
        await using var host = await start(_ => countdown.CountAsync());
        var began = Stopwatch.GetTimestamp();
        await host.PublishAsync(messages, publishers);
        await countdown.Done;
        return messages / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
