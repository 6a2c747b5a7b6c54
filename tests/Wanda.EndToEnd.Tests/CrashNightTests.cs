using System.Text.Json;
using MassTransit.SqlTransport.Sqlite;

namespace Wanda.EndToEnd.Tests;

/// <summary>
/// Law 7: kill -9 anywhere, start again, nothing is lost and nobody has to act. A night of 30 frames whose three processes (producer,
/// workers, pinning server) are killed at random moments. 20 kills in CI; <c>crash-night.sh KILLS [SEED]</c> for more.
/// </summary>
public sealed class CrashNightTests : IDisposable
{
    private const int Frames = 30;
    private static readonly string[] Camera = ["--frames", "30", "--interval", "0.7", "--exposure", "0", "--size", "640x512"];
    private readonly Night _night = new();

    public void Dispose() => _night.Dispose();

    [Fact]
    public Task A_night_whose_processes_are_killed_at_random_moments_loses_and_doubles_nothing() => Seed.RunAsync(async random =>
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable("WANDA_KILLS"), out var number) ? number : 20;
        await PrepareAsync();
        string[] parts = ["Capture", "Workers", "server"];
        var running = new Dictionary<string, WandaProcess>();
        var started = parts.ToDictionary(part => part, _ => TimeProvider.System.GetUtcNow());
        foreach (var part in parts)
            running[part] = Start(part);
        // Each of the three as often as the others, in any order.
        var victims = Enumerable.Range(0, kills).Chunk(parts.Length).SelectMany(round => Shuffled(parts, random)[..round.Length]).ToList();
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                var part = victims[kill];
                // From before the runtime is up to the middle of an upload: the moments that a power switch chooses. On a busy machine a
                // start takes longer than that, so for every second kill it has begun to work.
                if (kill % 2 == 1)
                    await UntilItWritesAsync(part, started[part]);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 1800)), TimeProvider.System);
                await running[part].DisposeAsync();
                started[part] = TimeProvider.System.GetUtcNow();
                running[part] = Start(part);
            }
        }
        finally
        {
            foreach (var process in running.Values)
                await process.DisposeAsync();
        }

        var (code, output) = await _night.SettleAsync(TimeSpan.FromSeconds(180), Camera);
        Assert.True(code == 0, $"{output}\n{await LogAsync()}");
        await AssertWholeAsync($"{kills} kills");
    });

    private async Task AssertWholeAsync(string run)
    {
        var captures = await _night.CapturesAsync();
        Assert.True(Enumerable.Range(1, Frames).SequenceEqual(captures.Select(c => c.Number).Order()),
            $"{run}: numbers {string.Join(' ', captures.Select(c => c.Number).Order())}");
        Assert.All(captures, c => Assert.NotNull(c.ReleasedAt));
        Assert.Equal(Frames, captures.Select(c => c.Path).Distinct().Count());
        Assert.Empty(Directory.EnumerateFiles(_night.Frames, "*.fits*", SearchOption.AllDirectories));

        await using (var catalogue = await _night.OpenAsync())
        {
            foreach (var capture in captures)
                Assert.Contains(await catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), default), p => p.Cid == capture.Cid);
        }

        await using (var queues = new SqliteQueues(Path.Combine(_night.Folder, "node", "queue.db")))
        {
            foreach (var queue in await queues.ListAsync())
            {
                Assert.True(queue.Ready + queue.InFlight + queue.Scheduled + queue.Error + queue.DeadLetter + queue.Skipped == 0,
                    $"{run}: {queue}");
            }
        }

        await AssertServedAsync((IReadOnlyList<Custody.CaptureRecord>)captures, run);
        foreach (var database in _night.Databases())
            Assert.Equal("ok", Night.IntegrityCheck(database));
    }

    /// <summary>The server holds each frame once, under its capture id, and gives it back as it was saved.</summary>
    private async Task AssertServedAsync(IReadOnlyList<Custody.CaptureRecord> captures, string run)
    {
        await using var server = await _night.StartServerAsync();
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", _night.Token) } };
        foreach (var capture in captures)
            Assert.Equal(capture.Sha256, await _night.DownloadedSha256Async(http, capture.Cid!));

        using var pins = JsonDocument.Parse(await http.GetStringAsync($"{_night.Server}v0/pins?limit=1000"));
        var held = pins.RootElement.GetProperty("pins").EnumerateArray()
            .Select(p => p.TryGetProperty("capture", out var id) ? id.GetString() : null).Where(id => id is not null).ToList();
        Assert.True(captures.Select(c => c.Id.ToString()).Order().SequenceEqual(held.Order()),
            $"{run}: the server pins {held.Count} captures");
    }

    /// <summary>The demo's folder, made by a run that is over before its first frame.</summary>
    private async Task PrepareAsync()
    {
        var (code, output) = await _night.SettleAsync(TimeSpan.FromSeconds(0), Camera);
        Assert.True(code == 1, output);
    }

    private WandaProcess Start(string part) => _night.StartPart(part, Camera);

    private async Task<string> LogAsync()
    {
        var log = Path.Combine(_night.Folder, "node.log");
        return File.Exists(log) ? string.Join('\n', (await File.ReadAllLinesAsync(log)).TakeLast(60)) : "no log";
    }

    /// <summary>Until a part's database was written to, or there is nothing left for it to do.</summary>
    private async Task UntilItWritesAsync(string part, DateTimeOffset since)
    {
        var log = new FileInfo(Path.Combine(_night.Folder, part == "server" ? "pinning-server/pins.db-wal" : "node/catalogue.db-wal"));
        for (var looks = 0; looks < 60; looks++)
        {
            log.Refresh();
            if (log.Exists && log.LastWriteTimeUtc > since)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static string[] Shuffled(string[] parts, Random random)
    {
        var shuffled = parts.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }
}
