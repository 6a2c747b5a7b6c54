using System.Collections.Concurrent;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

/// <summary>Cuts the power after every write (and some of them with unlucky losses) and opens what is left.</summary>
[Trait("Rerun", "Never")]
public sealed class PowerCut_Specs : IDisposable
{
    private readonly TestDisk _disk = new();

    public void Dispose() => _disk.Dispose();

    [Theory]
    [InlineData(4096)]
    [InlineData(1024)]
    public async Task What_was_acknowledged_is_there_once_and_what_was_finished_is_gone(int pageSize)
    {
        ConcurrentBag<(int Number, int At)> sent = [], finished = [];
        await using (await TransportClient.StartAsync(_disk.File("q.db"), options: $"Page Size={pageSize}"))
        {
        }

        var begin = _disk.Position;
        var number = 0;
        // Closing empties the log, so that each round after the first begins with a log that starts over.
        for (var round = 0; round < 3; round++)
        {
            await using var client = await TransportClient.StartAsync(_disk.File("q.db"));
            for (var group = 0; group < 2; group++)
            {
                await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
                {
                    var mine = Interlocked.Increment(ref number);
                    await client.SendAsync(mine);
                    sent.Add((mine, _disk.Position));
                }));
                foreach (var message in await client.FetchAsync(3))
                {
                    await client.CompleteAsync(message);
                    finished.Add((TransportClient.Number(message.BinaryBody), _disk.Position));
                }
            }
        }

        await ReplayAsync(begin, position => copy => CheckMessages(copy,
            sent.Where(s => s.At <= position).Select(s => s.Number), finished.Where(f => f.At <= position).Select(f => f.Number)));
    }

    [Theory]
    [InlineData("Synchronous=Full")]
    [InlineData("Synchronous=Sent")]
    public async Task No_acknowledgement_is_there_without_what_its_consumer_published(string options)
    {
        ConcurrentBag<(int Number, int At)> sent = [];
        await using (var queues = new SqliteQueues(_disk.File("q.db")))
            await queues.ListAsync();
        var begin = _disk.Position;
        await using (var bus = await TestBus.StartAsync(_disk.File("q.db"), options: options, endpoints: (_, cfg) =>
        {
            cfg.ReceiveEndpoint("one", e =>
            {
                e.PublishWithAcknowledgement();
                e.Handler<Ping>(m => m.Publish(new Pong(m.Message.Number)));
            });
            cfg.ReceiveEndpoint("two", e => e.Handler<Pong>(_ => Task.CompletedTask));
        }))
        {
            await bus.Queues.PauseAsync("two", "keeps what is published");
            await Task.WhenAll(Enumerable.Range(0, 5).Select(async publisher =>
            {
                for (var n = publisher * 4; n < (publisher + 1) * 4; n++)
                {
                    await bus.Bus.Publish(new Ping(n));
                    sent.Add((n, _disk.Position));
                }
            }));
            await Wait.Until(async () => (await bus.Queues.FindAsync("two"))!.Ready == 20, "all of it");
        }

        await ReplayAsync(begin, position => copy =>
        {
            HashSet<int> found = [];
            var read = copy.Statement("SELECT m.body FROM delivery d JOIN message m ON m.id = d.message_id");
            while (read.Step())
                found.Add(TransportClient.Number(read.Blob(0)));
            Assert.Empty(sent.Where(s => s.At <= position).Select(s => s.Number).Except(found));
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_log_that_starts_over_beside_relaxed_writes_loses_nothing_durable(bool syncBeside)
    {
        List<(long Number, int At)> durable = [];
        int begin;
        var options = new SqliteFileOptions { Path = _disk.File("q.db"), SyncBeside = syncBeside, CheckpointEvery = 24 << 10 };
        await using (var file = await SqliteFile.OpenAsync(options, TimeProvider.System, default))
        {
            await file.MigrateAsync(["CREATE TABLE number (n INTEGER PRIMARY KEY, filling BLOB) STRICT"], default);
            begin = _disk.Position;
            for (var n = 0; n < 40; n++)
            {
                var mine = n;
                int Insert(Microsoft.Data.Sqlite.SqliteConnection c) =>
                    c.Statement("INSERT INTO number VALUES (?1, zeroblob(1200))").Bind(1, mine).Execute();
                if (n % 3 != 0)
                {
                    await file.WriteRelaxedAsync(Insert, default);
                    continue;
                }

                await file.WriteAsync(Insert, default);
                durable.Add((n, _disk.Position));
            }
        }

        Assert.Contains(_disk.Recorded(), o => o is DiskWrite { File: "q.db-wal", Offset: 0 });
        await ReplayAsync(begin, position => copy =>
        {
            var last = durable.LastOrDefault(d => d.At <= position, (-1, 0)).Number;
            // In order: what is there is a beginning of what was written, and at least what was durable.
            var (count, most) = (copy.Number("SELECT count(*) FROM number"), copy.Number("SELECT coalesce(max(n), -1) FROM number"));
            Assert.Equal(count, most + 1);
            Assert.True(most >= last, $"{last} was durable, {most} is the last that is there.");
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_durable_after_a_sync_that_failed_does_not_depend_on_what_was_lost_with_it(bool syncBeside)
    {
        List<(int Number, int At)> durable = [];
        int begin;
        await using (var file = await SqliteFile.OpenAsync(new SqliteFileOptions { Path = _disk.File("q.db"), SyncBeside = syncBeside },
            TimeProvider.System, default))
        {
            await file.MigrateAsync(["CREATE TABLE number (n INTEGER PRIMARY KEY, filling BLOB) STRICT"], default);
            begin = _disk.Position;
            for (var n = 0; n < 12; n++)
            {
                var (mine, fails) = (n, n is 4 or 8);
                var left = fails ? 1 : 0;
                _disk.Fail(operation => operation is DiskSync && left-- > 0 ? TestDisk.SyncError : 0);
                Task InsertAsync() => file.WriteAsync(
                    c => c.Statement("INSERT OR REPLACE INTO number VALUES (?1, zeroblob(1200))").Bind(1, mine).Execute(), default);
                if (fails)
                {
                    Assert.Equal(SqliteFailure.Io, (await Assert.ThrowsAsync<SqliteFileException>(InsertAsync)).Failure);
                    continue;
                }

                // One that is queued before the writer has seen to the failure fails with it.
                await Wait.Until(async () => await Record.ExceptionAsync(InsertAsync) is null, $"{n} to be written");
                durable.Add((n, _disk.Position));
            }

            _disk.Fail(null);
        }

        await ReplayAsync(begin, position => copy =>
        {
            var expected = durable.Where(d => d.At <= position).Select(d => (long)d.Number).ToList();
            foreach (var n in expected)
                Assert.Equal(1, copy.Number($"SELECT count(*) FROM number WHERE n = {n}"));
        });
    }

    private async Task ReplayAsync(int begin, Func<int, Action<SqliteFileConnection>> check)
    {
        var operations = _disk.Recorded();
        Assert.InRange(operations.Count - begin, 50, 100_000);
        var cut = new PowerCut(operations);
        // TEST_LONG: more bad luck at every place.
        var losses = Environment.GetEnvironmentVariable("TEST_LONG") is null ? 1 : 20;
        await Task.Run(() =>
        {
            for (var position = begin; position <= operations.Count; position++)
            {
                cut.MoveTo(position);
                for (var luck = 0; luck <= losses; luck++)
                    Open(position, luck, cut, check(position));
            }
        });
    }

    private static void Open(int position, int luck, PowerCut cut, Action<SqliteFileConnection> check)
    {
        using var folder = new TemporaryFolder(inMemory: true); // thousands of copies
        cut.Leave(folder.Path, luck == 0 ? null : new Random(position * 1000 + luck));
        try
        {
            using var copy = SqliteFileConnection.OpenWriter(new SqliteFileOptions { Path = folder.File("q.db") });
            using (var integrity = copy.CreateCommand())
            {
                integrity.CommandText = "PRAGMA integrity_check";
                Assert.Equal("ok", integrity.ExecuteScalar());
            }

            check(copy);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Power cut after operation {position}, luck {luck}: {error.Message}", error);
        }
    }

    private static void CheckMessages(SqliteFileConnection copy, IEnumerable<int> sent, IEnumerable<int> finished)
    {
        List<int> found = [];
        var read = copy.Statement("SELECT m.body FROM delivery d JOIN message m ON m.id = d.message_id JOIN queue q ON q.id = d.queue_id "
            + "WHERE q.name = 'stepped'");
        while (read.Step())
            found.Add(TransportClient.Number(read.Blob(0)));
        var done = finished.ToHashSet();
        Assert.Equal(found.Count, found.Distinct().Count());
        Assert.Empty(found.Intersect(done));
        // A message may be finished on disk just before its consumer hears of it.
        Assert.InRange(sent.Except(done).Except(found).Count(), 0, 1);
        Assert.Equal(0, copy.Number("SELECT count(*) FROM message WHERE id NOT IN (SELECT message_id FROM delivery)"));
    }
}
