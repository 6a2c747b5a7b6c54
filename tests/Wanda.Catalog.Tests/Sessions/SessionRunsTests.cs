using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests.Sessions;

/// <summary>Sessions that are runs of another program: what the ledger makes of them, and what their journals bring back.</summary>
public sealed class SessionRunsTests : IAsyncLifetime
{
    private static readonly SessionName Night = new("2026-11-20");
    private static readonly SessionName Run = new("2026-11-20_M31");
    private static readonly DateTimeOffset Start = TestCatalogue.Now.AddHours(-6);
    private static readonly RawName Folder = new([.. "M31/Ha "u8, 0xe9]);

    private static readonly ApplicationReport Report = new()
    {
        Name = "M31/Ha",
        ImagesCaptured = 20,
        TotalImages = 20,
        Status = "completed",
        StartTime = Start,
        TotalTimeHours = 0.5,
    };

    private TestCatalogue _test = null!;
    private StorageRoot _root = null!;

    public async Task InitializeAsync()
    {
        _test = await TestCatalogue.CreateAsync();
        _root = await StorageRoot.OpenAsync(Path.Combine(_test.Folder, "frames"), _test.Catalogue, default);
    }

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Fact]
    public async Task A_run_that_is_seen_again_is_the_same_session_and_another_one_has_another_name()
    {
        Assert.Equal(Run, await SeenAsync(Start));
        Assert.Equal(Run, await SeenAsync(Start));
        Assert.Equal("2026-11-20_M31-2", (await SeenAsync(Start.AddHours(1))).Value);
        Assert.Equal("2026-11-20_m31-3", (await SeenAsync(Start, RawName.FromText("m31"))).Value);
        Assert.Equal("2026-11-20_M31-4", (await SeenAsync(Start, source: "other")).Value);
        var run = (await _test.Catalogue.Sessions.FindAsync(Run, default))!;
        Assert.Equal(("M31/Ha \\xe9", "pi", Start, Night.Value), (run.Label, run.Source, run.RunAt!.Value, run.RunNight));
    }

    [Fact]
    public async Task A_start_that_is_told_late_is_that_of_what_came_since_and_of_nothing_before()
    {
        Assert.Equal(Run, await SeenAsync(null));
        await _test.AddAsync(Run.Value);
        var taken = TestCatalogue.Capture().TakenAt;
        Assert.NotEqual(Run, await SeenAsync(taken.AddSeconds(1)));
        Assert.Equal(Run, await SeenAsync(taken.AddSeconds(-1)));
        Assert.Equal(taken.AddSeconds(-1), (await _test.Catalogue.Sessions.FindAsync(Run, default))!.RunAt);
        Assert.NotEqual(Run, await SeenAsync(null));
    }

    [Fact]
    public async Task Its_journal_brings_it_back_into_another_catalogue()
    {
        var frame = await RunAsync();
        await using var other = await RebuiltAsync();
        var (told, back) = ((await _test.Catalogue.Sessions.FindAsync(Run, default))!,
            (await other.Catalogue.Sessions.FindAsync(Run, default))!);
        Assert.Equal(Identity(told), Identity(back));
        Assert.Equal(Report, back.Application);
        Assert.Equal(frame.Id, Assert.Single(await other.Catalogue.Captures.OfSessionAsync(Run, default)).Id);
        // What comes yet goes on there.
        Assert.Equal(Run, await other.Catalogue.Ledger.ApplyAsync(Seen(Start), default));
    }

    [Fact]
    public async Task A_line_that_a_power_cut_took_is_told_again_once()
    {
        await RunAsync();
        await _test.Catalogue.Ledger.SettleAsync(default); // that its lines are written is on record
        File.Delete(SessionFolder.Journal(_root.FolderOf(Run)));
        using var writer = new JournalWriter(_test.Catalogue, _root);
        Assert.Equal(2, await writer.CompleteAsync(Run, default));
        Assert.Equal(0, await writer.CompleteAsync(Run, default));
        await using var other = await RebuiltAsync();
        Assert.Equal(Report, (await other.Catalogue.Sessions.FindAsync(Run, default))!.Application);
    }

    /// <summary>A journal is as hostile as any file.</summary>
    [Fact]
    public async Task A_line_of_another_session_or_out_of_bounds_makes_nothing_of_it()
    {
        await RunAsync();
        var line = (await SessionJournal.ReadAsync(_root.FolderOf(Run), default).ToListAsync()).OfType<JournalEntry.SessionTold>().Last();
        foreach (var hostile in new[]
                 {
                     line with { Session = new("another") },
                     line with { Source = "" },
                     line with { Source = new string('x', 20_000) },
                     line with { Application = Report with { Name = "/srv/astro1/M31", ImagesCaptured = -1, TotalTimeHours = 1e300 } },
                 })
        {
            await SessionJournal.AppendAsync(_root.FolderOf(Run), hostile, default);
        }

        await using var other = await RebuiltAsync();
        var back = (await other.Catalogue.Sessions.FindAsync(Run, default))!;
        Assert.Equal(("M31/Ha \\xe9", "pi"), (back.Label, back.Source));
        Assert.Equal(Report with { Name = null, ImagesCaptured = null, TotalTimeHours = null }, back.Application);
        Assert.Null(await other.Catalogue.Sessions.FindAsync(new("another"), default));
    }

    [Fact]
    public async Task A_session_of_a_night_has_no_such_line_and_its_name_for_a_label()
    {
        await _test.AddAsync();
        using var writer = new JournalWriter(_test.Catalogue, _root);
        await writer.WriteAsync(new("night"), default);
        Assert.Single(await SessionJournal.ReadAsync(_root.FolderOf(new("night")), default).ToListAsync());
        Assert.Equal("night", (await _test.Catalogue.Sessions.FindAsync(new("night"), default))!.Label);
        Assert.Empty(await _test.Catalogue.Sessions.LabelsAsync([new("night")], default));
    }

    private async Task<CaptureRecord> RunAsync()
    {
        await SeenAsync(Start);
        var frame = await _test.AddAsync(Run.Value);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.RunTold(Run, Report, IsLast: true), default);
        Directory.CreateDirectory(_root.FolderOf(Run));
        using var writer = new JournalWriter(_test.Catalogue, _root);
        await writer.WriteAsync(Run, default);
        return frame;
    }

    /// <summary>Another catalogue that is filled from the journals alone.</summary>
    private async Task<TestCatalogue> RebuiltAsync()
    {
        var other = await TestCatalogue.CreateAsync();
        await CatalogueRebuild.FromJournalsAsync(
            other.Catalogue, await StorageRoot.OpenAsync(_root.Path, other.Catalogue, default), default);
        return other;
    }

    private Task<SessionName> SeenAsync(DateTimeOffset? start, RawName? folder = null, string source = "pi") =>
        _test.Catalogue.Ledger.ApplyAsync(Seen(start, folder, source), default);

    private static Fact.RunSeen Seen(DateTimeOffset? start, RawName? folder = null, string source = "pi") =>
        new(folder is null ? Run : new("2026-11-20_m31"), source, folder ?? Folder, Night, start);

    private static object Identity(SessionRecord run) => (run.Name, run.Label, run.Source, run.RunNight, run.RunAt);
}
