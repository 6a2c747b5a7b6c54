using System.Diagnostics;

namespace Benchmarks.Queue;

/// <summary>Publish to consume on a SQLite file, every publish and acknowledgement durable, against MassTransit's in-memory transport.</summary>
internal static class ThroughputBenchmark
{
    private const int Messages = 20_000, Rounds = 7, WarmRounds = 4; // until the runtime has compiled for good what runs

    public static async Task RunAsync(TextWriter output, CancellationToken ct)
    {
        foreach (var prefetch in (int[])[100, 500])
        {
            List<double> sqlite = [], memory = [];
            for (var warm = 0; warm < WarmRounds; warm++)
            {
                await OnceAsync(inMemory: true, prefetch);
                await OnceAsync(inMemory: false, prefetch);
            }
            for (var round = 0; round < Rounds; round++)
            {
                ct.ThrowIfCancellationRequested();
                var first = round % 2 == 0;
                (first ? sqlite : memory).Add(await OnceAsync(inMemory: !first, prefetch));
                (first ? memory : sqlite).Add(await OnceAsync(inMemory: first, prefetch));
            }
            var (value, peer) = (Measurement.Median(sqlite), Measurement.Median(memory));
            new Measurement($"publish to consume, prefetch {prefetch}", value, "messages/s", $"in-memory transport {peer:0}", value / peer, Measurement.Memory,
                $"{Messages} messages of 1.2 KB, 256 publishers, synchronous=FULL, median of {Rounds} (sqlite {Range(sqlite)}, in-memory {Range(memory)}), order alternated").WriteTo(output);
        }
    }

    private static string Range(List<double> values) => $"{values.Min():0}-{values.Max():0}";

    private static async Task<double> OnceAsync(bool inMemory, int prefetch)
    {
        var folder = Directory.CreateTempSubdirectory("queue-throughput-").FullName;
        try
        {
            var countdown = new Countdown(Messages);
            await using var host = await QueueHost.StartAsync(inMemory ? null : Path.Combine(folder, "q.db"), prefetch, _ => countdown.CountAsync());
            var began = Stopwatch.GetTimestamp();
            await host.PublishAsync(Messages);
            await countdown.Done;
            return Messages / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
