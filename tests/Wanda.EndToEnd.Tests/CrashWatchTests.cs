using System.Collections.Concurrent;
using System.Security.Cryptography;
using MassTransit.SqlTransport.Sqlite;
using Wanda.Custody;
using Wanda.Imaging.Fits;

namespace Wanda.EndToEnd.Tests;

/// <summary>
/// Law 7 on a watched folder: another program writes frames in three ways (under another name first, in two halves, at once) while
/// producer, workers, console and pinning server are killed at random moments, sometimes all together as by a power cut. What was written
/// is known from outside; each frame is in the catalogue once, and on disk or on the server with its own bytes. 20 kills in CI;
/// <c>crash-night.sh KILLS [SEED]</c> for more.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class CrashWatchTests : IDisposable
{
    private static readonly string[] Parts = ["Capture", "Workers", "server", "Ops"];
    private readonly Night _night = new();
    private readonly ConcurrentDictionary<string, string> _written = new();

    public void Dispose() => _night.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_watched_night_whose_processes_are_killed_loses_and_doubles_nothing(bool adopts) => Seed.RunAsync(async random =>
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable("WANDA_KILLS"), out var number) ? number : 10;
        var watched = _night.Inside("watched");
        string[] watch = ["--watch", watched, .. adopts ? new[] { "--adopt" } : []];
        // The demo's folder, made by a run that is over before its first frame.
        _ = await _night.SettleAsync(TimeSpan.Zero, watch);
        using var stop = new CancellationTokenSource();
        var running = Parts.ToDictionary(part => part, part => _night.StartPart(part, watch));
        var writing = WriteAsync(watched, new Random(random.Next()), stop.Token);
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 2200)), TimeProvider.System);
                string[] victims = random.Next(100) < 15 ? Parts : [Parts[random.Next(Parts.Length)]];
                foreach (var part in victims)
                {
                    if (running[part].HasExited)
                        Assert.Fail($"{part} ended by itself: {(await running[part].EndAsync(TimeSpan.FromSeconds(1))).Output}");
                    await running[part].KillAsync();
                }

                foreach (var part in victims)
                {
                    await running[part].DisposeAsync();
                    running[part] = _night.StartPart(part, watch);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
            foreach (var process in running.Values)
                await process.DisposeAsync();
        }

        var (code, output) = await _night.SettleAsync(TimeSpan.FromSeconds(180), watch);
        Assert.True(code == 0, output);
        await AssertWholeAsync();
        await AssertFolderAsync(watched, adopts);
    });

    /// <summary>Originals that are the node's to free are gone, and no other; nothing lies aside.</summary>
    private async Task AssertFolderAsync(string watched, bool adopts)
    {
        var captures = await _night.CapturesAsync();
        Assert.All(captures, c => Assert.Contains(c.Original, new OriginalState?[] { null, OriginalState.Freed }));
        Assert.Equal(adopts, captures.Any(c => c.Original is not null));
        Assert.Equal(captures.Where(c => c.Original is null).Select(c => c.FileName).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(watched).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
    }

    private async Task WriteAsync(string folder, Random random, CancellationToken cancellationToken)
    {
        for (var n = 1; !cancellationToken.IsCancellationRequested; n++)
        {
            var (name, bytes) = ($"L_{n:00000}.fits", await FrameAsync(n, random));
            var path = Path.Combine(folder, name);
            switch (n % 3)
            {
                case 0:
                    await File.WriteAllBytesAsync(path + ".part", bytes, CancellationToken.None);
                    File.Move(path + ".part", path);
                    break;
                case 1:
                    await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0))
                    {
                        await file.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), CancellationToken.None);
                        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
                        await file.WriteAsync(bytes.AsMemory(bytes.Length / 2), CancellationToken.None);
                    }

                    break;
                default:
                    await File.WriteAllBytesAsync(path, bytes, CancellationToken.None);
                    break;
            }

            _written[name] = Convert.ToHexStringLower(SHA256.HashData(bytes));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 1200)), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task AssertWholeAsync()
    {
        var captures = await _night.CapturesAsync();
        Assert.Equal(_written.Values.Order(), captures.Select(c => c.Sha256).Order());
        await using (var server = await _night.StartServerAsync())
        {
            using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", _night.Token) } };
            foreach (var capture in captures)
            {
                Assert.Equal(_written[capture.FileName], capture.Sha256);
                var stored = Path.Combine(_night.Frames, capture.Path);
                Assert.Equal(capture.Sha256, File.Exists(stored)
                    ? await Night.Sha256Async(stored)
                    : await _night.DownloadedSha256Async(http, capture.Cid!));
            }
        }

        await using (var queues = new SqliteQueues(Path.Combine(_night.Folder, "node", "queue.db")))
            Assert.All(await queues.ListAsync(), queue => Assert.Equal(0, queue.Error + queue.DeadLetter));
        foreach (var database in _night.Databases())
            Assert.Equal("ok", Night.IntegrityCheck(database));
    }

    private static async Task<byte[]> FrameAsync(int number, Random random)
    {
        var file = new MemoryStream();
        var writer = await FitsWriter.StartAsync(file, 120, 120, new FitsHeader().Add("OBJECT", $"rig {number}"));
        var pixels = new ushort[120 * 120];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels.AsSpan()));
        await writer.WriteAsync(pixels);
        await writer.CompleteAsync();
        return file.ToArray();
    }
}
