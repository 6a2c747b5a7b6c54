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

    private static async Task Main(string[] args)
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

    public static IEnumerable<Block> Upload(int i) =>
        Enumerable.Range(0, UploadBlocks).Select(n => Block.Create(Codec.Raw, TemporaryFolder.RandomBytes(1_000_000 + i * UploadBlocks + n, 50_000)));
}
