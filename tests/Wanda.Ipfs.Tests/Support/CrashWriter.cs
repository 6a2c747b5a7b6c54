using System.Diagnostics;
using System.Globalization;

namespace Wanda.Ipfs.Tests.Support;

/// <summary>
/// The process that is killed: adds files, puts foreign blocks, unpins and collects without end, and says on standard output what has
/// been acknowledged, after it was.
/// </summary>
internal static class CrashWriter
{
    public const int FileSize = 2_500_000;
    public const int UploadBlocks = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The first argument of a writer that also hands over to the daemon at the last one's address.</summary>
    public const string Mirrored = "mirrored";

    private static Task Main(string[] args) => args[0] == Mirrored ? MirrorAsync(args[1], args[2], args[3]) : WriteAsync(args);

    private static async Task WriteAsync(string[] args)
    {
        string folder = args[0];
        await using var store = await BlockStore.OpenAsync(Path.Combine(folder, "store"), TimeProvider.System);
        var node = new EmbeddedNode(store);
        for (int i = int.Parse(args[1], CultureInfo.InvariantCulture); ; i++)
        {
            string path = Path.Combine(folder, $"frame-{i}.fits");
            await File.WriteAllBytesAsync(path, TemporaryFolder.RandomBytes(i, FileSize));
            await node.AddFileAsync(path, $"capture-{i}");
            Console.WriteLine($"capture-{i}");

            await using var batch = store.Begin();
            foreach (var block in Upload(i))
            {
                await batch.PutAsync(block);
                batch.Pin($"upload-{i}", block.Cid, PinMode.Direct);
            }

            await batch.CommitAsync();
            Console.WriteLine($"upload-{i}");

            if (i % 3 == 0)
            {
                Console.WriteLine($"-upload-{i - 1}");
                await store.UnpinAsync($"upload-{i - 1}");
                await store.CollectAsync();
            }
        }
    }

    private static async Task MirrorAsync(string folder, string first, string daemon)
    {
        await using var store = await BlockStore.OpenAsync(Path.Combine(folder, "store"), TimeProvider.System);
        var node = new EmbeddedNode(store);
        using var client = new KuboClient(new RemoteEndpoint(new Uri(daemon)), TimeProvider.System);
        using var mirror = new KuboMirror(store, client, TimeProvider.System);
        for (int i = int.Parse(first, CultureInfo.InvariantCulture); ; i++)
        {
            string path = Path.Combine(folder, $"frame-{i}.fits");
            await File.WriteAllBytesAsync(path, TemporaryFolder.RandomBytes(i, FileSize));
            await node.AddFileAsync(path, $"capture-{i}");
            Console.WriteLine($"capture-{i}");
            await mirror.RunAsync();
            if (i % 2 == 0)
            {
                await node.UnpinAsync($"capture-{i - 1}");
                await mirror.RunAsync();
            }
        }
    }

    /// <summary>Runs a writer until it has said so many lines and a little longer, and gives all that it said.</summary>
    public static async Task<List<string>> RunAndKillAsync(string[] arguments, int lines, TimeSpan more)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(CrashWriter).Assembly.Location, .. arguments])
        { RedirectStandardOutput = true })!;
        var acknowledged = new List<string>();
        while (acknowledged.Count < lines)
        {
            acknowledged.Add(await child.StandardOutput.ReadLineAsync().WaitAsync(Patience)
                ?? throw new InvalidOperationException("The child ended by itself."));
        }

        await Task.Delay(more, TimeProvider.System);
        child.Kill();
        await child.WaitForExitAsync();
        while (await child.StandardOutput.ReadLineAsync() is { } line)
            acknowledged.Add(line);
        return acknowledged;
    }

    public static IEnumerable<Block> Upload(int i) =>
        Enumerable.Range(0, UploadBlocks)
            .Select(n => Block.Create(Codec.Raw, TemporaryFolder.RandomBytes(1_000_000 + i * UploadBlocks + n, 50_000)));
}
