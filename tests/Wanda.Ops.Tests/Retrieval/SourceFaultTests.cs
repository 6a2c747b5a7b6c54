using System.Security.Cryptography;
using FsCheck.Fluent;
using Wanda.Custody;
using Wanda.Ipfs;

namespace Wanda.Ops.Tests.Retrieval;

/// <summary>
/// Whatever the places do that a frame may be in: what comes back is the frame, or nothing comes back; who failed is named, and the next is
/// asked.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class SourceFaultTests : IAsyncLifetime
{
    private const int Size = 5 * (1 << 20) + 17;
    private static readonly string[] Behaviours = ["honest", "missing", "refuses", "lies", "truncates", "breaks off", "falls silent"];
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-back-").FullName;
    private readonly byte[] _bytes = new byte[Size];
    private TestNode _node = null!;
    private BlockStore _blocks = null!;
    private CaptureRecord _frame = null!;

    public async Task InitializeAsync()
    {
        new Random(1).NextBytes(_bytes);
        _node = await TestNode.CreateAsync(o => o with { Destinations = [] });
        _blocks = await BlockStore.OpenAsync(Path.Combine(_folder, "blocks"), TimeProvider.System);
        var file = Path.Combine(_folder, "source");
        await File.WriteAllBytesAsync(file, _bytes);
        var frame = await _node.SaveAsync(name: "a.fits", bytes: _bytes);
        await _node.AddCidAsync(frame, (await new EmbeddedNode(_blocks).AddFileAsync(file, "a")).Root.ToString());
        await _node.ReleaseAsync(frame);
        _frame = (await _node.Catalogue.Captures.FindAsync(frame.Id, default))!;
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _blocks.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Any_places_in_any_order_give_the_frame_or_nothing()
    {
        var places = Gen.Elements(Behaviours).Zip(Gen.Choose(0, 6)).ArrayOf().Where(p => p.Length <= 5).ToArbitrary();
        Prop.ForAll(places, p => RunAsync(p).GetAwaiter().GetResult()).MustHold(60);
    }

    [Fact]
    public async Task A_place_that_fell_silent_is_asked_last_for_the_next_frame()
    {
        var (silent, honest) = (new Place("a", "falls silent", 0, _blocks), new Place("b", "honest", 0, _blocks));
        await using var retrieval = Retrieval([silent, honest]);
        var get = new FrameGet(retrieval);
        for (var i = 0; i < 3; i++)
            Assert.Equal(["b"], (await get.ToFileAsync("m42/1", Path.Combine(_folder, $"{i}.fits"), default)).From);
        Assert.Equal((1, 3), (silent.Opened, honest.Opened));
    }

    private async Task<bool> RunAsync((string Behaviour, int Block)[] behaviours)
    {
        var places = behaviours.Select((b, i) => new Place($"place-{i}", b.Behaviour, b.Block, _blocks)).ToList();
        var path = Path.Combine(_folder, "a.fits");
        await using var retrieval = Retrieval(places);
        var first = behaviours.ToList().FindIndex(b => b.Behaviour == "honest");
        try
        {
            var report = await new FrameGet(retrieval).ToFileAsync("m42/1", path, default);
            Assert.Equal(_frame.Sha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path))));
            Assert.Equal(places.Where(p => p.Gave).Select(p => p.Name), report.From);
            Assert.Equal(places.Where(p => p.Opened > 0 && p.Name != report.From[^1]).Select(p => p.Name),
                report.Tried.Where(t => !t.IsHere).Select(t => t.Source));
            if (first >= 0)
                Assert.All(places.Skip(first + 1), p => Assert.Equal(0, p.Opened));
        }
        catch (RetrievalException e)
        {
            Assert.Equal(-1, first);
            Assert.False(File.Exists(path));
            Assert.Equal(places.Select(p => p.Name), e.Answers.Where(a => !a.IsHere).Select(a => a.Source));
            Assert.All(e.Answers, a => Assert.False(string.IsNullOrWhiteSpace(a.Answer)));
        }

        foreach (var left in Directory.GetFiles(_folder, "a.fits*"))
            File.Delete(left);
        return true;
    }

    private FrameRetrieval Retrieval(IReadOnlyList<ICopySource> places)
    {
        var off = new Hosting.WandaOptions { Data = _node.Options.Data, Retrieval = new() { Cache = new Hosting.ByteSize(0) } };
        return new FrameRetrieval(
            _node.Catalogue, _node.Root, _node.Data, _node.Get<FrameQuery>(),
            new FetchedStore(_node.Catalogue, _node.Data, off, _node.Get<Hosting.DiskSpace>(), TimeProvider.System),
            places, off, TimeProvider.System);
    }
}
