using System.Text.Json;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Ipfs;

/// <summary>CARs against npm @ipld/car, both ways.</summary>
public sealed class CarInteropTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-interop-").FullName;
    private BlockStore _store = null!;

    public async Task InitializeAsync() => _store = await BlockStore.OpenAsync(Path.Combine(_folder, "store"), TimeProvider.System);

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task They_read_what_is_written_here()
    {
        var node = new EmbeddedNode(_store);
        var added = await node.AddFileAsync(WriteFrame(), "capture-1");
        string car = Path.Combine(_folder, "ours.car");
        await using (var stream = File.Create(car))
            await CarWriter.WriteAsync(stream, [added.Root], node.BlocksAsync(added.Root));

        using var answer = JsonDocument.Parse(await NodePeer.RunAsync("car.mjs", "", "read", car));

        Assert.Equal([added.Root.ToString()], answer.RootElement.GetProperty("roots").EnumerateArray().Select(e => e.GetString()));
        var listed = await node.ListAsync(added.Root).ToListAsync();
        Assert.Equal(listed.Select(b => b.Cid.ToString()),
            answer.RootElement.GetProperty("blocks").EnumerateArray().Select(e => e.GetString()!));
    }

    [Fact]
    public async Task Here_is_read_what_they_write()
    {
        string frame = WriteFrame();
        string car = Path.Combine(_folder, "theirs.car");
        using var answer = JsonDocument.Parse(await NodePeer.RunAsync("car.mjs", "", "write", car, frame));
        var root = Cid.Parse(answer.RootElement.GetProperty("root").GetString()!);

        await using (var batch = _store.Begin())
        {
            await using var stream = File.OpenRead(car);
            using var reader = await CarReader.OpenAsync(stream);
            Assert.Equal([root], reader.Roots);
            await foreach (var block in reader.ReadBlocksAsync())
                await batch.PutAsync(block);
            batch.Pin("upload", root, PinMode.Recursive);
            await batch.CommitAsync();
        }

        await using var file = await UnixFsReader.OpenAsync(_store, root);
        var copy = new MemoryStream();
        await file.CopyToAsync(copy);
        Assert.Equal(await File.ReadAllBytesAsync(frame), copy.ToArray());
    }

    private string WriteFrame()
    {
        var bytes = new byte[4_500_000];
        new Random(1).NextBytes(bytes);
        string path = Path.Combine(_folder, "frame.fits");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
