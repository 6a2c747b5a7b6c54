using System.Diagnostics;
using Wanda.Ipfs;

namespace Benchmarks.Ipfs;

/// <summary>
/// Collecting a store of 100,000 blocks, half of them garbage, beside a writer: how long it takes, and what the writer feels of it.
/// </summary>
internal static class CollectBenchmark
{
    public const string Name = "ipfs-gc";

    private const int Blocks = 100_000, BlockBytes = 1024, Batch = 2000, Commits = 100;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-gc-").FullName;
        try
        {
            await using var store = await BlockStore.OpenAsync(folder, TimeProvider.System, cancellationToken);
            for (var from = 0; from < Blocks; from += Batch)
                await FillAsync(store, from, cancellationToken);
            var alone = await CommitsAsync(store, Commits,
                Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken), cancellationToken);

            var began = Stopwatch.GetTimestamp();
            var collecting = store.CollectAsync(cancellationToken);
            var beside = await CommitsAsync(store, int.MaxValue, collecting, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var result = await collecting;
            var sound = (await store.VerifyAsync(cancellationToken)).Findings.Count == 0 && result.Removed == Blocks / 2;

            var conditions = $"{Blocks} blocks of {BlockBytes} bytes, half of them pinned; {beside.Count} commits of a pinned block "
                + $"meanwhile; {(sound ? "nothing pinned is missing" : "THE STORE IS NOT SOUND")}";
            new Measurement("collection beside a writer", seconds, "s", $"{result.Removed} removed, {result.Kept} kept", null,
                Measurement.Memory, conditions).WriteTo(output);
            foreach (var (name, part) in ((string, double)[])[("median", 0.5), ("p99", 0.99), ("longest", 1)])
            {
                var (value, peer) = (Measurement.Percentile(beside, part), Measurement.Percentile(alone, part));
                new Measurement($"a commit beside the collection, {name}", value, "ms", $"without it {peer:0.0} ms", value / peer, null,
                    conditions).WriteTo(output);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FillAsync(BlockStore store, int from, CancellationToken cancellationToken)
    {
        await using var batch = store.Begin();
        for (var i = from; i < from + Batch; i++)
        {
            var block = Make(i);
            await batch.PutAsync(block, cancellationToken);
            if (i % 2 == 0)
                batch.Pin($"owner-{i}", block.Cid, PinMode.Direct);
        }

        await batch.CommitAsync(cancellationToken);
    }

    /// <summary>Milliseconds of each commit, until so many were made or the other work has ended.</summary>
    private static async Task<List<double>> CommitsAsync(BlockStore store, int count, Task other, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        while (times.Count < count && !other.IsCompleted)
        {
            await using var batch = store.Begin();
            var block = Make(Blocks + Random.Shared.Next());
            await batch.PutAsync(block, cancellationToken);
            batch.Pin("writer", block.Cid, PinMode.Direct);
            var began = Stopwatch.GetTimestamp();
            await batch.CommitAsync(cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return times;
    }

    private static Block Make(int seed)
    {
        var bytes = new byte[BlockBytes];
        BitConverter.TryWriteBytes(bytes, seed);
        return Block.Create(Codec.Raw, bytes);
    }
}
