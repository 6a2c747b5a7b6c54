using System.Text.Json;
using Benchmarks;
using Benchmarks.Card;
using Benchmarks.Imaging;
using Benchmarks.Ipfs;
using Benchmarks.Pipeline;
using Benchmarks.Queue;
using Benchmarks.Server;

// list                every benchmark's name
// NAME [--json]       runs one: its measures as a table, or as a JSON array of {measure, value, unit, peer, ratio, memory_mb, conditions}
// Each writes its measures as one JSON object a line; see RESULTS.md for what they gave.
SortedDictionary<string, Func<TextWriter, CancellationToken, Task>> benchmarks = new(StringComparer.Ordinal)
{
    [CidBenchmark.Name] = CidBenchmark.RunAsync,
    [CollectBenchmark.Name] = CollectBenchmark.RunAsync,
    [FrameCostBenchmark.Name] = FrameCostBenchmark.RunAsync,
    [RoundsBenchmark.Name] = RoundsBenchmark.RunAsync,
    [StartBenchmark.Name] = StartBenchmark.RunAsync,
    [NewFrameBenchmark.Name] = NewFrameBenchmark.RunAsync,
    [PipelineBenchmark.Name] = PipelineBenchmark.RunAsync,
    [UploadBenchmark.Name] = UploadBenchmark.RunAsync,
    [KuboBenchmark.Name] = KuboBenchmark.RunAsync,
    [KuboIntakeBenchmark.Name] = KuboIntakeBenchmark.RunAsync,
    [NeighbourBenchmark.Name] = NeighbourBenchmark.RunAsync,
    [ReadBenchmark.Name] = ReadBenchmark.RunAsync,
    [ThumbnailBenchmark.Name] = ThumbnailBenchmark.RunAsync,
    ["queue-throughput"] = ThroughputBenchmark.RunAsync,
    ["queue-rabbitmq"] = RabbitBenchmark.RunAsync,
    ["queue-latency"] = LatencyBenchmark.RunAsync,
    ["queue-processes"] = ProcessesBenchmark.RunAsync,
    ["queue-backlog"] = BacklogBenchmark.RunAsync,
    ["queue-memory"] = MemoryBenchmark.RunAsync,
    ["queue-idle"] = IdleBenchmark.RunAsync,
    ["card"] = CardBenchmark.RunAsync,
    [NightsBenchmark.Name] = NightsBenchmark.RunAsync,
    ["queue-disk"] = DiskBenchmark.RunAsync,
};

if (args is ["worker", .. var worker])
    return await QueueWorker.RunAsync(worker); // a process of a benchmark
if (args is ["believing-server", var data, var kubo, var node, var tokenFile])
    return await BelievingServer.RunAsync(data, new Uri(kubo), node, tokenFile); // another
if (args is ["list"])
{
    foreach (var name in benchmarks.Keys)
        Console.WriteLine(name);
    return 0;
}

if (args is not [var chosen, ..] || !benchmarks.TryGetValue(chosen, out var benchmark))
{
    Console.Error.WriteLine("usage: list | NAME [--json]");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
var json = args.Contains("--json");
await using var output = new StringWriter();
await benchmark(output, stop.Token);
var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
if (json)
{
    Console.WriteLine($"[{string.Join(",\n ", lines)}]");
}
else
{
    foreach (var line in lines)
    {
        var measure = JsonSerializer.Deserialize<Measurement>(line, Measurement.Json)!;
        Console.WriteLine($"{measure.Measure}: {measure.Value} {measure.Unit} | {measure.Peer} | {measure.Ratio} | {measure.MemoryMb} MB | "
            + $"{measure.Conditions}");
    }
}

return 0;
