using Microsoft.Data.Sqlite;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests.Captures;

public sealed class CaptureStoreTests : IAsyncLifetime
{
    private const string Cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    private TestCatalogue _test = null!;

    private CaptureStore Captures => _test.Catalogue.Captures;
    private Ledger Ledger => _test.Catalogue.Ledger;

    public async Task InitializeAsync() => _test = await TestCatalogue.CreateAsync();

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Fact]
    public async Task A_saved_frame_reads_back_whole_after_a_restart()
    {
        var saved = await _test.AddAsync();
        await _test.ReopenAsync();
        Assert.Equal(saved, await Captures.FindAsync(saved.Id, default));
        Assert.Equal(1, saved.Number);
    }

    [Fact]
    public async Task Saving_twice_is_one_frame()
    {
        var first = await _test.AddAsync(path: "night/a.fits");
        Assert.Equal(first, await Ledger.ApplyAsync(new Fact.Saved(first with { Number = 0 }), default));
        Assert.Single(await Captures.OfSessionAsync(first.Session, default));
    }

    [Fact]
    public async Task A_path_is_given_once()
    {
        var first = await _test.AddAsync(path: "night/a.fits");
        await Assert.ThrowsAsync<SqliteException>(() => _test.AddAsync(path: "night/a.fits"));
        Assert.Equal(["night/a.fits"], await Captures.PathsOfAsync(first.Session, default));
    }

    [Fact]
    public async Task Names_are_kept_as_bytes()
    {
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(new("night"), SessionKind.Watched), default);
        var frame = await _test.AddAsync();
        var sidecar = await Ledger.ApplyAsync(new Fact.Saved(TestCatalogue.Capture() with
        {
            Kind = CaptureKind.Sidecar,
            PartOf = frame.Id,
            OriginalName = new([0x63, 0xe9]),
            Folder = RawName.FromText("M 31/L"),
            SourcePath = new([0x4d, 0x2f, 0xe9]),
        }), default);
        await _test.ReopenAsync();
        Assert.Equal(sidecar, await Captures.FindAsync(sidecar.Id, default));
    }

    [Fact]
    public async Task A_watched_file_is_taken_once()
    {
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(new("night"), SessionKind.Watched), default);
        var first = await Ledger.ApplyAsync(new Fact.Saved(TestCatalogue.Capture() with { SourceKey = "/in/a.fits|10|1" }), default);
        var again = await Ledger.ApplyAsync(new Fact.Saved(TestCatalogue.Capture() with { SourceKey = "/in/a.fits|10|1" }), default);
        Assert.Equal(first.Id, again.Id);
        Assert.Equal(first, await Captures.FindBySourceKeyAsync("/in/a.fits|10|1", default));
        Assert.Null(await Captures.FindBySourceKeyAsync("/in/a.fits|10|2", default));
    }

    [Fact]
    public async Task Other_bytes_that_look_like_a_known_file_are_a_capture_of_their_own()
    {
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(new("night"), SessionKind.Watched), default);
        var first = await Ledger.ApplyAsync(new Fact.Saved(TestCatalogue.Capture() with { SourceKey = "7" }), default);
        var second = await Ledger.ApplyAsync(
            new Fact.Saved(TestCatalogue.Capture() with { SourceKey = "7", Sha256 = new('c', 64) }), default);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(second.Id, (await Captures.FindBySourceKeyAsync("7", default))!.Id);
        Assert.Null((await Captures.FindAsync(first.Id, default))!.SourceKey);
    }

    [Fact]
    public async Task A_watched_file_that_looks_otherwise_now_stays_the_frame_it_is()
    {
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(new("night"), SessionKind.Watched), default);
        var first = await Ledger.ApplyAsync(new Fact.Saved(TestCatalogue.Capture() with { SourceKey = "7" }), default);
        var other = await Ledger.ApplyAsync(
            new Fact.Saved(TestCatalogue.Capture() with { SourceKey = "8", Sha256 = new('c', 64) }), default);
        await Ledger.ApplyAsync(new Fact.Reclaimed(first, "8", RawName.FromText("b")), default);
        Assert.Equal(first.Id, (await Captures.FindBySourceKeyAsync("8", default))!.Id);
        Assert.Null((await Captures.FindAsync(other.Id, default))!.SourceKey);
        Assert.Equal(first.Id, Assert.Single(await Captures.WatchedByContentAsync(first.Sha256, 10, default)).Id);
    }

    [Fact]
    public async Task Numbers_are_given_without_gaps_when_many_save_at_once()
    {
        var saved = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => _test.AddAsync()));
        Assert.Equal(Enumerable.Range(1, 40), saved.Select(c => c.Number).Order());
    }

    [Fact]
    public async Task A_cid_is_recorded_once_and_another_one_is_a_conflict()
    {
        var saved = await _test.AddAsync();
        await Ledger.ApplyAsync(new Fact.Added(saved.Id, Cid, 100), default);
        await Ledger.ApplyAsync(new Fact.Added(saved.Id, Cid, 100), default);
        var conflict = await Assert.ThrowsAsync<CatalogueConflictException>(() => Ledger.ApplyAsync(
            new Fact.Added(saved.Id, "bafkother", 100), default));
        Assert.Contains(saved.Id.ToString(), conflict.Message);
        Assert.Equal(Cid, (await Captures.FindAsync(saved.Id, default))!.Cid);
        Assert.Single(await _test.Catalogue.Events.OfAsync(saved.Id.ToString(), 100, default), e => e.Kind == EventKind.Added);
    }

    [Fact]
    public async Task The_first_final_preview_state_stands()
    {
        var saved = await _test.AddAsync();
        await Ledger.ApplyAsync(new Fact.Previewed(saved.Id, "the file is empty"), default);
        await Ledger.ApplyAsync(new Fact.Previewed(saved.Id, null), default);
        var found = (await Captures.FindAsync(saved.Id, default))!;
        Assert.Equal((PreviewState.None, "the file is empty"), (found.Preview, found.PreviewReason));
    }

    [Fact]
    public async Task A_frame_whose_door_was_not_opened_cannot_become_released()
    {
        var saved = await _test.AddAsync();
        await Ledger.ApplyAsync(new Fact.Released(saved.Id), default);
        Assert.Null((await Captures.FindAsync(saved.Id, default))!.ReleasedAt);
    }

    [Fact]
    public async Task What_is_left_to_do_is_listed_in_pages()
    {
        var all = new List<CaptureRecord>();
        for (var i = 0; i < 7; i++)
            all.Add(await _test.AddAsync());
        await Ledger.ApplyAsync(new Fact.Added(all[2].Id, Cid, 1), default);

        var first = await Captures.UnaddedAsync(null, 4, default);
        var second = await Captures.UnaddedAsync(first[^1].Id, 4, default);
        Assert.Equal(all.Where((_, i) => i != 2).Select(c => c.Id).OrderBy(i => i.ToString(), StringComparer.Ordinal),
            first.Concat(second).Select(c => c.Id));
        Assert.Equal([all[2].Id], (await Captures.UnprovenAtAsync("altermundi", null, 10, default)).Select(c => c.Id));
        Assert.Equal([all[2].Id], (await Captures.UntakenAtAsync("altermundi", null, 10, default)).Select(c => c.Id));
        await _test.Catalogue.Ledger.ApplyAsync(
            new Fact.Pushed(new RemotePin { Destination = "altermundi", Subject = all[2].Id.ToString(), Cid = Cid }), default);
        Assert.Empty(await Captures.UntakenAtAsync("altermundi", null, 10, default));
    }

    [Fact]
    public async Task An_operator_finds_a_frame_by_the_beginning_of_its_id()
    {
        var saved = await _test.AddAsync();
        Assert.Equal(saved.Id, Assert.Single(await Captures.FindByPrefixAsync(saved.Id.ToString()[..13], 5, default)).Id);
        Assert.Empty(await Captures.FindByPrefixAsync("zzzz", 5, default));
    }
}
