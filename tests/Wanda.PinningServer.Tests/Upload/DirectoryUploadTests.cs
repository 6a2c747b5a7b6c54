using System.Net;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Upload;

/// <summary>Session archives: the directory and its small files are sent, the frames are here already, or elsewhere.</summary>
public sealed class DirectoryUploadTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-dir-").FullName;
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(o => o with { MaintainEvery = TimeSpan.FromSeconds(1) });

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5000)]
    public async Task The_directory_is_kept_without_its_frames(int frames)
    {
        var (directory, car) = await ArchiveAsync(
            Enumerable.Range(0, frames)
                .Select(i => (Name: $"frame-{i:D5}.fits", Cid.V1(Codec.Raw, Multihash.Sha256(BitConverter.GetBytes(i))))));

        Assert.Equal("DAG_INCOMPLETE", await _server.Client.UploadAsync(car).RefusedAsync(HttpStatusCode.BadRequest));
        var pin = await _server.Client.UploadAsync(car, "scope=directory&session=M31").JsonAsync(HttpStatusCode.Created);

        Assert.Equal("directory", (string)pin["scope"]!);
        Assert.Equal(directory.Blocks.Count, (int)pin["blocks"]!);
        await AssertCollectedAsync();
        await using var metadata = await OpenAsync(directory.Root, "metadata.json");
        Assert.Equal("{}", await new StreamReader(metadata).ReadToEndAsync());
        var (_, _, names) = await ReadCarAsync(directory.Root, "entity");
        Assert.Equal(frames + 1, names);
    }

    [Fact]
    public async Task A_directory_that_lacks_a_block_of_its_own_is_refused()
    {
        var (directory, _) = await ArchiveAsync(
            Enumerable.Range(0, 5000)
                .Select(i => (Name: $"frame-{i:D5}.fits", Cid.V1(Codec.Raw, Multihash.Sha256(BitConverter.GetBytes(i))))));
        await using var store = await BlockStore.OpenAsync(_folder, TimeProvider.System);
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [directory.Root], store.BlocksAsync(directory.Blocks.Select(b => b.Cid).Where((_, i) => i != 3)));

        Assert.Equal("DAG_INCOMPLETE",
            await _server.Client.UploadAsync(car.ToArray(), "scope=directory").RefusedAsync(HttpStatusCode.BadRequest));
        Assert.Empty(_server.Blocks());
    }

    [Fact]
    public async Task What_is_sent_with_it_later_is_kept_as_well()
    {
        var (meta, thumb) = (Dags.Raw("{}"), Dags.Raw("a thumbnail"));
        var root = Dags.Directory(("metadata.json", meta.Cid), ("thumb.jpg", thumb.Cid), ("m31.fits", Dags.Raw("elsewhere").Cid));
        var first = await SendAsync(HttpStatusCode.Created, root);

        var second = await SendAsync(HttpStatusCode.OK, root, meta);
        var third = await SendAsync(HttpStatusCode.OK, root, thumb);
        await AssertCollectedAsync();

        Assert.Equal(((string)first["pinId"]!, 2, 3), ((string)second["pinId"]!, (int)second["blocks"]!, (int)third["blocks"]!));
        Assert.True(await _server.Client.HasAsync(meta.Cid) && await _server.Client.HasAsync(thumb.Cid));
        Assert.Equal(root.Data.Length + meta.Data.Length + thumb.Data.Length,
            (long)(await _server.Client.GetAsync("/v0/node").JsonAsync())["bytes"]!);

        async Task<System.Text.Json.Nodes.JsonNode> SendAsync(HttpStatusCode expected, params Block[] blocks) =>
            await _server.Client.UploadAsync(await Dags.CarAsync(root.Cid, blocks), "scope=directory&session=M31").JsonAsync(expected);
    }

    [Fact]
    public async Task A_file_is_no_directory()
    {
        var frame = await Frame.MakeAsync(1000);

        Assert.Equal("BAD_DAG",
            await _server.Client.UploadAsync(await frame.CarAsync(), "scope=directory").RefusedAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_person_goes_from_the_listing_to_the_frame()
    {
        var frame = await Frame.MakeAsync(1_200_000);
        await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        var (directory, car) = await ArchiveAsync([("m31 & <co>.fits", frame.Root)]);
        await _server.Client.UploadAsync(car, "scope=directory").JsonAsync(HttpStatusCode.Created);

        using var redirect = await _server.Client.GetAsync($"/ipfs/{directory.Root}");
        Assert.Equal($"/ipfs/{directory.Root}/", redirect.Headers.Location!.OriginalString);
        string page = await _server.Client.GetStringAsync($"/ipfs/{directory.Root}/");

        Assert.Contains("m31 &amp; &lt;co&gt;.fits", page);
        Assert.Contains("href=\"m31%20%26%20%3Cco%3E.fits\"", page);
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{directory.Root}/m31%20%26%20%3Cco%3E.fits"));
        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/ipfs/{directory.Root}/m33.fits").RefusedAsync(HttpStatusCode.NotFound));
    }

    private async Task<(AddedDirectory Directory, byte[] Car)> ArchiveAsync(IEnumerable<(string Name, Cid Cid)> frames)
    {
        await using var store = await BlockStore.OpenAsync(_folder, TimeProvider.System);
        var directory = await new EmbeddedNode(store).AddDirectoryAsync(
            frames.Select(f => new DagPbLink(f.Name, f.Cid, 1_200_000)),
            new Dictionary<string, ReadOnlyMemory<byte>> { ["metadata.json"] = "{}"u8.ToArray() }, "archive");
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [directory.Root], store.BlocksAsync(directory.Blocks.Select(b => b.Cid)));
        return (directory, car.ToArray());
    }

    private async Task<Stream> OpenAsync(Cid root, string path) => await _server.Client.GetStreamAsync($"/ipfs/{root}/{path}");

    private async Task<(Cid Root, int Blocks, int Names)> ReadCarAsync(Cid root, string scope)
    {
        using var reader = await CarReader.OpenAsync(await _server.Client.GetStreamAsync($"/ipfs/{root}?format=car&dag-scope={scope}"));
        int blocks = 0, names = 0;
        await foreach (var block in reader.ReadBlocksAsync())
        {
            blocks++;
            names += DagPbNode.Decode(block.Data).Links.Count(l => l.Name.Length > 2);
        }

        return (reader.Roots.Single(), blocks, names);
    }

    // The collector has run since, and more than once.
    private async Task AssertCollectedAsync()
    {
        double before = await MetricAsync();
        await Eventually.HoldsAsync(async () => await MetricAsync() >= before + 2, "two collections");
    }

    private async Task<double> MetricAsync() => double.Parse(
        (await _server.Client.GetStringAsync("/metrics")).Split('\n')
            .Single(l => l.StartsWith("wanda_pinning_collections_total ", StringComparison.Ordinal)).Split(' ')[1]);
}
