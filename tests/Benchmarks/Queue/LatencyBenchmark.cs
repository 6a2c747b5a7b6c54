using System.Collections.Concurrent;
using System.Diagnostics;

namespace Benchmarks.Queue;

/// <summary>From the call of Publish to the consumer, at 50 messages a second: in one process, and from this process to another.</summary>
internal static class LatencyBenchmark
{
    private const int Messages = 500, PerSecond = 50;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var inMemory = await InProcessAsync(null, cancellationToken);
        foreach (var across in (bool[])[false, true])
        {
            var folder = Directory.CreateTempSubdirectory("queue-latency-").FullName;
            try
            {
                var path = Path.Combine(folder, "q.db");
                var times = across ? await AcrossAsync(path, cancellationToken) : await InProcessAsync(path, cancellationToken);
                var what = across ? "latency to another process" : "latency in one process";
                foreach (var (name, part) in ((string, double)[])[("p50", 0.5), ("p99", 0.99)])
                {
                    var (value, peer) = (Measurement.Percentile(times, part), Measurement.Percentile(inMemory, part));
                    new Measurement($"{what}, {name}", value, "ms",
                        $"in-memory transport in one process {peer:0.00} ms", value / peer, null,
                        $"{Messages} messages of 1.2 KB at {PerSecond}/s, synchronous=FULL").WriteTo(output);
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<IReadOnlyCollection<double>> InProcessAsync(string? path, CancellationToken cancellationToken)
    {
        var times = new ConcurrentQueue<double>();
        await using var host = await QueueHost.StartAsync(path, 16, load =>
        {
            times.Enqueue(Stopwatch.GetElapsedTime(load.Number).TotalMilliseconds);
            return Task.CompletedTask;
        });
        await PublishAsync(host, cancellationToken);
        while (times.Count < Messages + 50)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        return [.. times.Skip(50)];
    }

    // The monotonic clock is the machine's: the other process subtracts.
    private static async Task<IReadOnlyCollection<double>> AcrossAsync(string path, CancellationToken cancellationToken)
    {
        await using var worker = await QueueWorker.StartAsync("latency", path, (Messages + 50).ToString());
        await using (var host = await QueueHost.StartAsync(path, 16, consume: null))
            await PublishAsync(host, cancellationToken);
        return [.. (await worker.ResultAsync(cancellationToken)).Split(' ').Select(double.Parse).Skip(50)];
    }

    private static async Task PublishAsync(QueueHost host, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond), TimeProvider.System);
        for (var n = 0; n < Messages + 50; n++)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            await host.Bus.Publish(new Load(Stopwatch.GetTimestamp(), QueueHost.Filling), cancellationToken);
        }
    }
}
