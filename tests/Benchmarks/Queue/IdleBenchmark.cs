using System.Diagnostics;

namespace Benchmarks.Queue;

/// <summary>What ten endpoints with nothing to do cost.</summary>
internal static class IdleBenchmark
{
    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("queue-idle-").FullName;
        try
        {
            await using var host = await QueueHost.StartAsync(Path.Combine(folder, "q.db"), 16, _ => Task.CompletedTask, endpoints: 10);
            await host.PublishAsync(100);
            await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, cancellationToken);
            using var process = Process.GetCurrentProcess();
            var (cpu, began) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
            await Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, cancellationToken);
            process.Refresh();
            var part = (process.TotalProcessorTime - cpu) / Stopwatch.GetElapsedTime(began);
            new Measurement("idle, 10 endpoints", part * 100, "% of a core", null, null, Measurement.Memory,
                "CPU time over 30 s, polling interval as it comes").WriteTo(output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
