using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Wanda.Ipfs.Tests.Support;
using Wanda.PinningServer.Tests.Support;
using Xunit.Abstractions;

namespace Wanda.PinningServer.Tests.Resumable;

/// <summary>
/// A file that is larger than any frame, over a line that breaks, to a server that is killed: it goes on where it was, on twice its bytes
/// of disk and in memory that does not grow with it. 1 GiB in CI; <c>large-file.sh GIB [SEED]</c> for more.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class LargeFileTests(ITestOutputHelper output) : IDisposable
{
    private const long Megabyte = 1 << 20;
    private const long Page = 4096;
    private const int Leaf = 256 << 10;

    private static readonly long Size = 1024 * Megabyte
        * (int.TryParse(Environment.GetEnvironmentVariable("WANDA_LARGE_GIB"), out int given) ? given : 1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Size / (8.0 * Megabyte));

    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-large-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task A_large_file_goes_there_and_back_on_twice_its_disk_and_in_constant_memory() => Seed.RunAsync(async random =>
    {
        byte[] content = await MakeAsync($"{random.Next()}");
        await using var server = new ServerProcess();
        await server.StartAsync();
        await WarmAsync(server);
        long idle = server.Memory().Now;
        long most = 0, sent;
        await using var disk = new DiskWatch(server.Folder);
        await using (var line = new BadLine(server.Client.BaseAddress!, Size / 4))
        {
            // Killed while it comes in, and then while all that has come is checked and kept.
            var cut = SendAsync(line.Address, server);
            await UntilAsync(() => disk.Uploads > Size / 2 + random.NextInt64(Size / 4), cut);
            most = Math.Max(most, server.Memory().Most);
            await server.KillAsync();
            Assert.Null(await cut);
            sent = line.Sent;
        }

        await server.StartAsync();
        await using (var line = new BadLine(server.Client.BaseAddress!, long.MaxValue))
        {
            var cut = SendAsync(line.Address, server);
            await UntilAsync(() => disk.Staged > Size / 4, cut);
            most = Math.Max(most, server.Memory().Most);
            await server.KillAsync();
            Assert.Null(await cut);
            output.WriteLine($"sent {sent / Megabyte} MB until it was killed, and {line.Sent / Megabyte} MB after it");
        }

        await server.StartAsync();
        Assert.Equal(0, disk.Staged);
        var (root, before, at) = (await SendAsync(server.Client.BaseAddress!, server))!.Value;
        most = Math.Max(most, server.Memory().Most);

        Assert.Equal(content, await ReadAsync(server, root));

        most = Math.Max(most, server.Memory().Most);
        output.WriteLine($"server: {idle / Megabyte} MB idle, {most / Megabyte} MB at most; node: {before / Megabyte}, {at / Megabyte}; "
            + $"disk: {disk.Most / Megabyte} MB at most of {Size / Megabyte} MB");
        Assert.True(most <= idle + (64 + 8) * Megabyte, $"{most / Megabyte} MB, {idle / Megabyte} MB idle");
        Assert.True(at <= before + (64 + 8) * Megabyte, $"the node: {at / Megabyte} MB, {before / Megabyte} MB before");
        // Names and lengths of blocks, the pages in which these end, and the database.
        Assert.InRange(disk.Most, 3 * Size / 2, 2 * Size + 2 * (Size / Leaf) * Page + 16 * Megabyte);
        Assert.InRange(disk.Now(), Size, Size + 2 * (Size / Leaf) * Page + 16 * Megabyte);
    });

    private static async Task WarmAsync(ServerProcess server)
    {
        var frame = await Frame.MakeAsync(2_000_000);
        (await server.Client.UploadAsync(await frame.CarAsync())).Dispose();
        await server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}");
    }

    private string FilePath => Path.Combine(_folder, "large.fits");

    private async Task<byte[]> MakeAsync(string seed)
    {
        var keystream = new ChaCha20(seed);
        byte[] buffer = new byte[Megabyte];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = File.Create(FilePath, 0);
        for (long at = 0; at < Size; at += buffer.Length)
        {
            keystream.Next(buffer);
            hash.AppendData(buffer);
            await file.WriteAsync(buffer);
        }

        return hash.GetHashAndReset();
    }

    /// <returns>The root, and the node's memory; null when the node gave up.</returns>
    private async Task<(string Root, long Before, long Most)?> SendAsync(Uri address, ServerProcess server)
    {
        string[] command = [typeof(LargeFileTests).Assembly.Location, "node", FilePath, Path.Combine(_folder, "ipfs"),
            Path.Combine(server.Folder, "token"), address.AbsoluteUri];
        using var node = Process.Start(new ProcessStartInfo("dotnet", command)
        {
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" },
        })!;
        try
        {
            string told = await node.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
            await node.WaitForExitAsync().WaitAsync(Patience);
            if (node.ExitCode == 1)
                output.WriteLine(told.Trim());
            if (node.ExitCode == 1)
                return null;
            string[] words = told.Split('\n').Single(l => l.StartsWith(LargeNode.Told, StringComparison.Ordinal)).Split(' ');
            return (words[1], Number(words[2]), Number(words[3]));
        }
        finally
        {
            node.Kill();
        }
    }

    private static async Task UntilAsync(Func<bool> condition, Task broken)
    {
        long from = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.False(broken.IsCompleted, "The node ended before.");
            Assert.True(TimeProvider.System.GetElapsedTime(from) < Patience, "It does not come so far.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static async Task<byte[]> ReadAsync(ServerProcess server, string root)
    {
        await using var file = await server.Client.GetStreamAsync($"/ipfs/{root}");
        return await SHA256.HashDataAsync(file).AsTask().WaitAsync(Patience);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
