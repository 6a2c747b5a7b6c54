using System.Diagnostics;
using MassTransit;
using MassTransit.SqlTransport.Sqlite;

namespace Benchmarks.Queue;

/// <summary>
/// Whether a queue that holds very many scheduled and dead messages slows the others down: publish to consume, against an empty file.
/// </summary>
internal static class BacklogBenchmark
{
    private const int Messages = 5000, Rounds = 5, Scheduled = 1_000_000, Dead = 100_000;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("queue-backlog-").FullName;
        try
        {
            var (empty, full) = (Path.Combine(folder, "empty.db"), Path.Combine(folder, "full.db"));
            await FillAsync(full);
            List<double> emptyRates = [], fullRates = [];
            await OnceAsync(empty);
            await OnceAsync(full);
            for (var round = 0; round < Rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var first = round % 2 == 0;
                (first ? fullRates : emptyRates).Add(await OnceAsync(first ? full : empty));
                (first ? emptyRates : fullRates).Add(await OnceAsync(first ? empty : full));
            }

            var (value, peer) = (Measurement.Median(fullRates), Measurement.Median(emptyRates));
            new Measurement($"publish to consume beside {Scheduled} scheduled and {Dead} dead messages", value, "messages/s",
                $"empty file {peer:0}", value / peer,
                Measurement.Memory, $"{Messages} messages, prefetch 100, the backlog in the same queue, median of {Rounds}")
                .WriteTo(output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // One message each by the front door, the rest copied in SQL: what matters is that they are there.
    private static async Task FillAsync(string path)
    {
        await using (var host = await QueueHost.StartAsync(path, 1,
            load => load.Number < 0 ? throw new InvalidDataException("dead") : Task.CompletedTask))
        {
            await host.Bus.Publish(new Load(-1, QueueHost.Filling));
            await (await host.Bus.GetSendEndpoint(new Uri("queue:queue-0"))).Send(new Load(0, QueueHost.Filling),
                c => c.Delay = TimeSpan.FromDays(1));
            await using var queues = new SqliteQueues(path);
            while (await queues.FindAsync("queue-0") is not { Error: 1, Scheduled: 1 })
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False");
        await connection.OpenAsync();
        foreach (var (held, count) in ((string, int)[])[("due IS NOT NULL", Scheduled), ("due IS NULL", Dead)])
        {
            await using var copy = connection.CreateCommand();
            copy.CommandTimeout = 600;
            copy.CommandText = $"""
                INSERT INTO delivery (message_id, shared, queue_id, priority, position, due, since, enqueued, reason)
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
                SELECT d.message_id, 1, d.queue_id, d.priority, d.position + i, d.due + i, d.since, d.enqueued, d.reason
                FROM (SELECT * FROM delivery WHERE {held} LIMIT 1) d, n
                """;
            await copy.ExecuteNonQueryAsync();
        }
    }

    private static async Task<double> OnceAsync(string path)
    {
        var countdown = new Countdown(Messages);
        await using var host = await QueueHost.StartAsync(path, 100, _ => countdown.CountAsync());
        var began = Stopwatch.GetTimestamp();
        await host.PublishAsync(Messages);
        await countdown.Done;
        return Messages / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
