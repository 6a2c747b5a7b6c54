using FsCheck.Fluent;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ops.Tests.Retrieval;

namespace Wanda.Ops.Tests.Blocks;

/// <summary>
/// Whatever the places do that a damaged store is repaired from: nothing is stored that does not hash, who failed is named, and where one
/// is honest the store is whole again.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class RepairFaultTests : IAsyncLifetime
{
    private const int Size = 3 * (1 << 20) + 17;
    private static readonly string[] Behaviours = ["honest", "missing", "refuses", "lies", "truncates", "breaks off", "falls silent"];
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-repair-").FullName;
    private readonly byte[] _bytes = new byte[Size];
    private TestNode _node = null!;
    private BlockStore _elsewhere = null!;
    private CaptureRecord _frame = null!;

    public async Task InitializeAsync()
    {
        new Random(1).NextBytes(_bytes);
        _node = await TestNode.CreateAsync(o => o with { Destinations = [] });
        _frame = await _node.SaveAsync(name: "a.fits", bytes: _bytes);
        _elsewhere = await BlockStore.OpenAsync(Path.Combine(_folder, "blocks"), TimeProvider.System);
        var copy = Path.Combine(_folder, "copy");
        await File.WriteAllBytesAsync(copy, _bytes);
        await _node.AddCidAsync(_frame, (await new EmbeddedNode(_elsewhere).AddFileAsync(copy, "a")).Root.ToString());
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _elsewhere.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Any_places_in_any_order_repair_the_store_or_leave_it_as_it_was()
    {
        var places = Gen.Elements(Behaviours).Zip(Gen.Choose(0, 5)).ArrayOf().Where(p => p.Length <= 5).ToArbitrary();
        Prop.ForAll(places, p => RunAsync(p).GetAwaiter().GetResult()).MustHold(60);
    }

    [Theory]
    [InlineData("refuses", 1, 0)]
    [InlineData("falls silent", 1, 1)]
    [InlineData("missing", 1, 0)]
    [InlineData("lies", 1, 5)]
    public async Task One_that_is_down_is_not_waited_for_at_each_block(string behaviour, int opened, int asked)
    {
        var (first, honest) = (new Place("a", behaviour, 0, _elsewhere), new Place("b", "honest", 0, _elsewhere));
        await LoseAsync();
        var report = await RepairAsync([first, honest]);
        Assert.Equal((5, 0), (report.Fetched, report.Remaining.Count));
        Assert.Equal((opened, asked), (first.Opened, first.Asked));
        Assert.Equal(("a", "b"), (Assert.Single(report.Tried).Source, Assert.Single(report.From)));
    }

    [Fact]
    public async Task A_discarded_frame_is_not_brought_back()
    {
        await LoseAsync();
        await _node.Catalogue.Ledger.ApplyAsync(new Fact.Discarded(_frame.Id, TimeProvider.System.GetUtcNow(), "ana", "a lamp"), default);
        var honest = new Place("a", "honest", 0, _elsewhere);
        var report = await RepairAsync([honest]);
        Assert.Equal((0, 0), (report.Fetched, honest.Opened));
        Assert.Contains("discarded", Assert.Single(report.Remaining).Detail);
    }

    private async Task<bool> RunAsync((string Behaviour, int Block)[] behaviours)
    {
        var places = behaviours.Select((b, i) => new Place($"place-{i}", b.Behaviour, b.Block, _elsewhere)).ToList();
        await LoseAsync();
        var report = await RepairAsync(places);
        Assert.Equal(places.Where(p => p.Failed).Select(p => p.Name).Order(), report.Tried.Select(t => t.Source).Order());
        Assert.All(report.Tried, t => Assert.False(string.IsNullOrWhiteSpace(t.Answer)));
        if (behaviours.Any(b => b.Behaviour == "honest"))
            Assert.Empty(report.Remaining);
        Assert.All(report.Remaining, r => Assert.All(places.Where(p => p.Failed), p => Assert.Contains(p.Name, r.Detail)));

        await using var store = await BlockStore.OpenAsync(_node.Data.Ipfs, TimeProvider.System);
        var found = (await store.VerifyAsync()).Findings;
        Assert.Equal(report.Remaining.Count == 0, found.Count == 0);
        Assert.DoesNotContain(found, f => f.Detail.Contains("set aside"));
        Assert.Equal(report.Fetched, (int)(await store.StatAsync()).Blocks);
        return true;
    }

    /// <summary>A store with the frame, whose file is then lost with every block that the store had of its own.</summary>
    private async Task LoseAsync()
    {
        if (Directory.Exists(_node.Data.Ipfs))
            Directory.Delete(_node.Data.Ipfs, recursive: true);
        var file = _node.Root.Resolve(_frame.Path);
        await File.WriteAllBytesAsync(file, _bytes);
        await using var store = await BlockStore.OpenAsync(_node.Data.Ipfs, TimeProvider.System);
        await new EmbeddedNode(store).AddFileAsync(file, _frame.Id.ToString());
        File.Delete(file);
        foreach (var block in Directory.GetFiles(_node.Data.Ipfs, "*.block", SearchOption.AllDirectories))
            File.Delete(block);
    }

    private async Task<BlockStoreReport> RepairAsync(IReadOnlyList<ICopySource> places)
    {
        var fetched = _node.Get<FetchedStore>();
        await using var retrieval = new FrameRetrieval(
            _node.Catalogue, _node.Root, _node.Data, _node.Get<FrameQuery>(), fetched, places,
            new WandaOptions { Data = _node.Options.Data }, TimeProvider.System);
        return await new BlockStoreCheck(_node.Catalogue, _node.Root, _node.Data, fetched, retrieval, TimeProvider.System)
            .RunAsync(repair: true, default);
    }
}
