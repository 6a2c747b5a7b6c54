using System.Diagnostics;

namespace Benchmarks.Queue;

/// <summary>Publish to consume on a SQLite file, every publish and acknowledgement durable, against MassTransit's in-memory transport.</summary>
internal static class ThroughputBenchmark
{
    private const int Messages = 20_000, Rounds = 7, WarmRounds = 4; // until the runtime has compiled for good what runs
    private const string SmallPages = ";Page Size=1024";

    public static async Task RunAsync(TextWriter output, CancellationToken ct)
    {
        foreach (var prefetch in (int[])[100, 500])
        {
            List<double> sqlite = [], memory = [], small = [];
            for (var warm = 0; warm < WarmRounds; warm++)
            {
                await OnceAsync(null, prefetch);
                await OnceAsync("", prefetch);
            }
            for (var round = 0; round < Rounds; round++)
            {
                ct.ThrowIfCancellationRequested();
                var first = round % 2 == 0;
                (first ? sqlite : memory).Add(await OnceAsync(first ? "" : null, prefetch));
                (first ? memory : sqlite).Add(await OnceAsync(first ? null : "", prefetch));
                small.Add(await OnceAsync(SmallPages, prefetch));
            }
            var (value, peer) = (Measurement.Median(sqlite), Measurement.Median(memory));
            new Measurement($"publish to consume, prefetch {prefetch}", value, "messages/s", $"in-memory transport {peer:0}", value / peer, Measurement.Memory,
                $"{Messages} messages of 1.2 KB, 256 publishers, synchronous=FULL, median of {Rounds} (sqlite {Range(sqlite)}, in-memory {Range(memory)}), order alternated").WriteTo(output);
            new Measurement($"the same with pages of 1 KiB, prefetch {prefetch}", Measurement.Median(small), "messages/s", $"pages of 4 KiB {value:0}", Measurement.Median(small) / value, null,
                $"median of {Rounds} ({Range(small)}), in turn").WriteTo(output);
        }
    }

    private static string Range(List<double> values) => $"{values.Min():0}-{values.Max():0}";

    /// <param name="options">More of the connection string; null for the in-memory transport.</param>
    /// <param name="prefetch">Messages in flight at most.</param>
    private static async Task<double> OnceAsync(string? options, int prefetch)
    {
        var folder = Directory.CreateTempSubdirectory("queue-throughput-").FullName;
        try
        {
            var countdown = new Countdown(Messages);
            await using var host = await QueueHost.StartAsync(options is null ? null : Path.Combine(folder, "q.db") + options, prefetch, _ => countdown.CountAsync());
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
