using System.Diagnostics;

namespace Benchmarks.Queue;

/// <summary>The memory of a process that publishes and consumes a long time.</summary>
internal static class MemoryBenchmark
{
    private const int Part = 25_000;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var messages = long.TryParse(Environment.GetEnvironmentVariable("BENCHMARK_MESSAGES"), out var given) ? given : 1_000_000;
        var folder = Directory.CreateTempSubdirectory("queue-memory-").FullName;
        try
        {
            List<double> memory = [];
            long logMost = 0;
            Countdown countdown = null!;
            var path = Path.Combine(folder, "q.db");
            await using var host = await QueueHost.StartAsync(path, 100, _ => countdown.CountAsync());
            var began = Stopwatch.GetTimestamp();
            for (long done = 0; done < messages; done += Part)
            {
                cancellationToken.ThrowIfCancellationRequested();
                countdown = new Countdown(Part);
                await host.PublishAsync(Part);
                await countdown.Done;
                memory.Add(Measurement.Memory);
                logMost = Math.Max(logMost, new FileInfo(path + "-wal").Length);
            }

            var rate = messages / Stopwatch.GetElapsedTime(began).TotalSeconds;
            var (early, late) = (memory.Skip(1).Take(Math.Max(1, memory.Count / 4)).Max(),
                memory.TakeLast(Math.Max(1, memory.Count / 4)).Max());
            new Measurement("memory at the end of a long run", late, "MB",
                $"in its first quarter {early:0.0} MB", late / early, memory.Max(),
                $"{messages} messages of 1.2 KB at {rate:0}/s, highest log {logMost / 1e6:0.0} MB").WriteTo(output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
