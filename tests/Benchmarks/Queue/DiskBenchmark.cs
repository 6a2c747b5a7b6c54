using MassTransit.SqlTransport.Sqlite.Tests.Disks;

namespace Benchmarks.Queue;

/// <summary>Syncs and bytes that a message costs the disk, from publish to acknowledgement: figures that hold on any disk.</summary>
internal static class DiskBenchmark
{
    private const int Messages = 4000;

    private static readonly (string Name, int AtOnce, string Options)[] Cases =
    [
        ("one publisher", 1, ""), ("256 publishers", 256, ""), ("one publisher, pages of 1 KiB", 1, ";Page Size=1024"),
        ("256 publishers, pages of 1 KiB", 256, ";Page Size=1024"),
    ];

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        foreach (var (name, atOnce, options) in Cases)
        {
            using var disk = new TestDisk();
            long syncs = 0, bytes = 0;
            var countdown = new Countdown(Messages);
            await using (var host = await QueueHost.StartAsync(disk.File("q.db") + options, 100, _ => countdown.CountAsync()))
            {
                disk.Fail(operation =>
                {
                    syncs += operation is DiskSync ? 1 : 0;
                    bytes += (operation as DiskWrite)?.Data.Length ?? 0;
                    return 0;
                });
                await host.PublishAsync(Messages, atOnce);
                await countdown.Done;
            }

            var conditions = $"{Messages} messages of 1.2 KB, prefetch 100, synchronous=FULL, checkpoints and closing included";
            new Measurement($"syncs a message, {name}", (double)syncs / Messages, "fsync", null, null, null, conditions).WriteTo(output);
            new Measurement($"bytes written a message, {name}", (double)bytes / Messages, "bytes", null, null, null, conditions)
                .WriteTo(output);
        }
    }
}
