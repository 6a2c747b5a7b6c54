using System.Diagnostics;

namespace Benchmarks.Queue;

/// <summary>
/// Publish to consume on a SQLite file, every publish and acknowledgement durable, against MassTransit's in-memory transport and
/// Wolverine's durable queue.
/// </summary>
internal static class ThroughputBenchmark
{
    private const int Messages = 20_000, Rounds = 7, WarmRounds = 4; // until the runtime has compiled for good what runs
    private const int PeerPrefetch = 100, PeerMessages = 2_000; // enough for a rate at its pace
    private const string SmallPages = ";Page Size=1024";

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        foreach (var prefetch in (int[])[100, 500])
        {
            List<double> sqlite = [], memory = [], small = [], wolverine = [];
            await using var peer = prefetch == PeerPrefetch ? await WolverinePeer.StartAsync(cancellationToken) : null;
            for (var warm = 0; warm < WarmRounds; warm++)
            {
                await OnceAsync(null, prefetch);
                await OnceAsync("", prefetch);
                if (peer is not null)
                    await peer.RoundAsync(PeerMessages, cancellationToken);
            }

            for (var round = 0; round < Rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var first = round % 2 == 0;
                (first ? sqlite : memory).Add(await OnceAsync(first ? "" : null, prefetch));
                (first ? memory : sqlite).Add(await OnceAsync(first ? null : "", prefetch));
                small.Add(await OnceAsync(SmallPages, prefetch));
                if (peer is not null)
                    wolverine.Add(await peer.RoundAsync(PeerMessages, cancellationToken));
            }

            var (value, inMemory) = (Measurement.Median(sqlite), Measurement.Median(memory));
            new Measurement($"publish to consume, prefetch {prefetch}", value, "messages/s", $"in-memory transport {inMemory:0}",
                value / inMemory, Measurement.Memory,
                $"{Messages} messages of 1.2 KB, 256 publishers, synchronous=FULL, median of {Rounds} (sqlite {Range(sqlite)}, in-memory "
                    + $"{Range(memory)}), order alternated").WriteTo(output);
            new Measurement($"the same with pages of 1 KiB, prefetch {prefetch}", Measurement.Median(small), "messages/s",
                $"pages of 4 KiB {value:0}", Measurement.Median(small) / value, null,
                $"median of {Rounds} ({Range(small)}), in turn").WriteTo(output);
            if (peer is not null)
            {
                new Measurement($"the same beside Wolverine's durable local queue, prefetch {prefetch}", value, "messages/s",
                    $"WolverineFx.Sqlite {Measurement.Median(wolverine):0}",
                    value / Measurement.Median(wolverine), null,
                    $"{PeerMessages} messages of 1.2 KB a round for Wolverine, 256 publishers, {prefetch} handled at once, "
                        + $"synchronous=FULL, median of {Rounds} ({Range(wolverine)}), in turn").WriteTo(output);
            }
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
            await using var host = await QueueHost.StartAsync(options is null ? null : Path.Combine(folder, "q.db") + options, prefetch,
                _ => countdown.CountAsync());
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
