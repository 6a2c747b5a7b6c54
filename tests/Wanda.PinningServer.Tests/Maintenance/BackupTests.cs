using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Maintenance;

/// <summary>
/// A backup as docs/operations.md tells it, beside a server that takes uploads, and put back with tables older and newer than the blocks:
/// what was acknowledged before it is kept and proven, and nothing is called pinned that is not there.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class BackupTests : IAsyncLifetime
{
    private const string Pins = "pins.db";
    private const string Index = "blocks/index.sqlite";
    private const string Blocks = "blocks/blocks";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServerProcess _server = new();
    private readonly ConcurrentQueue<Frame> _kept = [];
    private readonly string _backup = Directory.CreateTempSubdirectory("wanda-backup-").FullName;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_backup, "blocks"));
        await _server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_backup, recursive: true);
    }

    [Theory]
    [InlineData($"{Pins} {Index} {Blocks}")]
    [InlineData($"{Pins} {Index}")]
    [InlineData(Pins)]
    [InlineData(Index)]
    [InlineData(Blocks)]
    public async Task What_was_taken_before_a_backup_is_kept_whatever_of_it_is_put_back(string names)
    {
        var (before, after) = await BackUpUnderUploadsAsync();
        await _server.KillAsync();
        PutBack(names.Split(' '));

        await _server.StartAsync();
        await Eventually.HoldsAsync(async () => await CollectionsAsync() >= 2, "two collections");

        foreach (var frame in before)
            Assert.True(await IsKeptAsync(frame), "A frame from before the backup is not kept.");
        int known = 0;
        foreach (var frame in after)
        {
            // Kept and proven, or told as neither: the node sends it again.
            bool isKept = await IsKeptAsync(frame);
            known += isKept ? 1 : 0;
            if (!isKept)
                (await _server.Client.UploadAsync(await frame.CarAsync())).EnsureSuccessStatusCode().Dispose();
            Assert.True(await IsKeptAsync(frame));
        }

        // One table makes the other's rows again.
        if (names is Pins or Index)
            Assert.Equal(after.Count, known);
    }

    private async Task<(List<Frame> Before, List<Frame> After)> BackUpUnderUploadsAsync()
    {
        using var stop = new CancellationTokenSource();
        var sending = Task.WhenAll(Enumerable.Range(0, 3).Select(n => SendAsync(1000 * n, stop.Token)));
        await KeptAsync(10, sending);
        var before = _kept.ToList();
        await DumpAsync(Pins);
        await DumpAsync(Index);
        CopyFolder(Path.Combine(_server.Folder, Blocks), Path.Combine(_backup, Blocks));
        await KeptAsync(_kept.Count + 10, sending);
        await stop.CancelAsync();
        await sending;
        return (before, [.. _kept.Skip(before.Count)]);
    }

    private Task KeptAsync(int count, Task sending) => Eventually.HoldsAsync(async () =>
    {
        if (sending.IsCompleted)
            await sending;
        return _kept.Count >= count;
    }, $"{count} frames are taken");

    private async Task SendAsync(int seed, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var frame = await Frame.MakeAsync(1_500_000, ++seed);
            using var answer = await _server.Client.UploadAsync(await frame.CarAsync(), $"capture={seed}");
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            _kept.Enqueue(frame);
        }
    }

    /// <summary>All its bytes, read now, and a pin on them.</summary>
    private async Task<bool> IsKeptAsync(Frame frame)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        using var answer = await _server.Client.PostAsync(
            "/v0/possession", Api.Json(new { cid = frame.Root.ToString(), nonce = Convert.ToBase64String(nonce) }));
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return false;
        var json = await Task.FromResult(answer).JsonAsync();
        Assert.Equal(Convert.ToBase64String(await PossessionDigest.ComputeAsync(frame, nonce, frame.Blocks)), (string)json["digest"]!);
        return (bool)json["pinned"]!;
    }

    private async Task<int> CollectionsAsync()
    {
        string metrics = await _server.Client.GetStringAsync("/metrics");
        return int.Parse(metrics.Split('\n').Single(l => l.StartsWith("wanda_pinning_collections_total ", StringComparison.Ordinal))
            .Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private async Task DumpAsync(string database)
    {
        string[] arguments = ["-readonly", Path.Combine(_server.Folder, database), $".backup {Path.Combine(_backup, database)}"];
        using var tool = Process.Start("sqlite3", arguments);
        await tool.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, tool.ExitCode);
    }

    private void PutBack(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            string to = Path.Combine(_server.Folder, name);
            if (Directory.Exists(to))
            {
                Directory.Delete(to, recursive: true);
                CopyFolder(Path.Combine(_backup, name), to);
                continue;
            }

            File.Copy(Path.Combine(_backup, name), to, overwrite: true);
            File.Delete(to + "-wal");
            File.Delete(to + "-shm");
        }
    }

    /// <summary>As rsync does it: what goes while it copies is left out.</summary>
    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            try
            {
                File.Copy(file, copy);
            }
            catch (FileNotFoundException)
            {
                // It went.
            }
        }
    }
}
