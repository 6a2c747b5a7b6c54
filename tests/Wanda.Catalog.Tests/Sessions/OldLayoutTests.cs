using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests.Sessions;

/// <summary>
/// A session's own files as versions before 0.3 kept them among its frames: they are read there, moved, and never taken for a frame, nor a
/// frame for one of them.
/// </summary>
public sealed class OldLayoutTests : IAsyncLifetime
{
    private static readonly SessionName Night = new("night");

    private TestCatalogue _test = null!;
    private StorageRoot _root = null!;

    private string Folder => _root.FolderOf(Night);

    private string OldJournal => Path.Combine(Folder, SessionJournal.FileName);

    private string OldMetadata => Path.Combine(Folder, SessionMetadata.FileName);

    public async Task InitializeAsync()
    {
        _test = await TestCatalogue.CreateAsync();
        _root = await StorageRoot.OpenAsync(Path.Combine(_test.Folder, "frames"), _test.Catalogue, default);
        Directory.CreateDirectory(Folder);
    }

    public async Task DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task A_journal_in_the_old_place_is_read_before_the_new_one()
    {
        var (released, recalled) = await BothAsync();
        Assert.Equal([released, recalled], await ReadAsync());
    }

    /// <summary>What a kill, or a power cut, can leave: any beginning of the steps of a move.</summary>
    public static TheoryData<string> Steps => ["nothing", "folder", "journal", "metadata", "everything", "everything, then 0.2 again"];

    [Theory, MemberData(nameof(Steps))]
    public async Task A_move_that_was_cut_short_is_finished_at_the_next_and_loses_nothing(string done)
    {
        var lines = new List<JournalEntry> { Line(), Line() };
        await WriteOldAsync([.. lines]);
        var metadata = await WriteOldMetadataAsync();
        if (done != "nothing")
            Directory.CreateDirectory(SessionFolder.Own(Folder));
        if (done is "journal" or "metadata")
            File.Move(OldJournal, SessionFolder.Journal(Folder));
        if (done is "metadata")
            File.Move(OldMetadata, SessionFolder.Metadata(Folder));
        if (done.StartsWith("everything", StringComparison.Ordinal))
            await MoveAsync();
        if (done.EndsWith("again", StringComparison.Ordinal))
        {
            lines.Add(Line());
            await WriteOldAsync(lines[^1]);
        }

        Assert.Equal(lines.ToHashSet(), (await ReadAsync()).ToHashSet());
        await MoveAsync();
        Assert.False(await MoveAsync());
        Assert.Equal(lines.ToHashSet(), (await ReadAsync()).ToHashSet());
        Assert.Equal(lines.Count, (await ReadAsync()).Count);
        Assert.Equal(metadata, await File.ReadAllTextAsync(SessionFolder.Metadata(Folder)));
        Assert.Empty(Directory.GetFiles(Folder));
        // What is written from now on comes last.
        lines.Add(Line());
        await SessionJournal.AppendAsync(Folder, lines[^1], default);
        Assert.Equal(lines[^1], (await ReadAsync())[^1]);
    }

    [Fact]
    public async Task A_journal_that_is_moved_beside_a_new_one_is_still_read_first()
    {
        var (released, recalled) = await BothAsync();
        await WriteOldMetadataAsync();
        Directory.CreateDirectory(SessionFolder.Own(Folder));
        await File.WriteAllTextAsync(SessionFolder.Metadata(Folder), "newer");
        Assert.True(await MoveAsync());
        Assert.Equal([released, recalled], await ReadAsync());
        Assert.Equal("newer", await File.ReadAllTextAsync(SessionFolder.Metadata(Folder)));
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task Where_nothing_can_be_written_everything_is_read_where_it_lies()
    {
        var line = Line();
        await WriteOldAsync(line);
        var metadata = await WriteOldMetadataAsync();
        // For root every folder can be written to; a file in the way stops anybody.
        await File.WriteAllTextAsync(SessionFolder.Own(Folder), "");
        for (var n = 0; n < 2; n++)
            await Assert.ThrowsAnyAsync<IOException>(MoveAsync);
        Assert.Equal([line], await ReadAsync());
        Assert.Equal(metadata, await File.ReadAllTextAsync(OldMetadata));
    }

    [Theory]
    [InlineData("journal.jsonl")]
    [InlineData("metadata.json")]
    [InlineData("frame.fits.0123456789abcdef0123456789abcdef.wanda-tmp")]
    public async Task A_frame_of_such_a_name_is_no_file_of_ours(string name)
    {
        // A journal that was written into a frame, as 0.2 did: whatever it holds, the frame has a row.
        await WriteOldAsync(Line());
        await WriteOldMetadataAsync();
        var path = Path.Combine(Folder, name);
        if (!File.Exists(path))
            await File.WriteAllTextAsync(path, "frame");
        Assert.True(await IsOwnAsync(name));
        var before = await File.ReadAllBytesAsync(path);
        await _test.AddAsync(path: $"{Night}/{name}");
        Assert.False(await IsOwnAsync(name));
        await MoveAsync();
        Assert.Equal(before, await File.ReadAllBytesAsync(path));
        Assert.Equal(name == SessionJournal.FileName ? 0 : 1, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task A_frame_that_only_the_journal_knows_is_no_journal()
    {
        await WriteOldAsync(Line());
        var frame = TestCatalogue.Capture(path: $"{Night}/{SessionJournal.FileName}");
        var saved = new JournalEntry.FrameSaved { Id = frame.Id, Capture = frame };
        await SessionJournal.AppendAsync(Folder, saved, default);
        Assert.Equal([saved], await ReadAsync());
        await MoveAsync();
        Assert.True(File.Exists(OldJournal));
        Assert.Equal(1, await CatalogueRebuild.FromJournalsAsync(_test.Catalogue, _root, default));
        Assert.NotNull(await _test.Catalogue.Captures.FindAsync(frame.Id, default));
    }

    [Theory]
    [InlineData("journal.jsonl", "{\"capture\":\"program\"}\n")]
    [InlineData("journal.jsonl", "{\"t\":\"saved\"}\nframe 1 at 03:04\n")]
    [InlineData("metadata.json", "{\"target\":\"M 31\",\"written\":\"by the capture program\"}")]
    [InlineData("metadata.json", "{\"name\":\"another\",\"images\":[]}")]
    [InlineData("metadata.json", "")]
    [InlineData("frame.fits.wanda-tmp", "frame")]
    [InlineData("frame.fits.0123.wanda-tmp", "frame")]
    public async Task What_another_program_wrote_under_such_a_name_is_not_ours(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        await File.WriteAllTextAsync(path, content);
        Assert.False(await IsOwnAsync(name));
        Assert.False(await MoveAsync());
        Assert.Equal(content, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task A_lost_catalogue_is_rebuilt_from_both_places()
    {
        var (first, second) = (TestCatalogue.Capture(path: $"{Night}/a.fits"), TestCatalogue.Capture(path: $"{Night}/b.fits"));
        await WriteOldAsync(new JournalEntry.FrameSaved { Id = first.Id, Capture = first with { Number = 1 } });
        await SessionJournal.AppendAsync(
            Folder, new JournalEntry.FrameSaved { Id = second.Id, Capture = second with { Number = 2 } }, default);
        Assert.Equal(2, await CatalogueRebuild.FromJournalsAsync(_test.Catalogue, _root, default));
        await MoveAsync();
        Assert.Equal(0, await CatalogueRebuild.FromJournalsAsync(_test.Catalogue, _root, default));
        Assert.Equal([first.Id, second.Id], (await _test.Catalogue.Captures.OfSessionAsync(Night, default)).Select(c => c.Id));
    }

    private async Task<(JournalEntry Released, JournalEntry Recalled)> BothAsync()
    {
        var id = TestCatalogue.Capture().Id;
        var released = new JournalEntry.FrameReleased { Id = id, At = DateTimeOffset.UnixEpoch };
        var recalled = new JournalEntry.FrameRecalled { Id = id, At = DateTimeOffset.UnixEpoch };
        await WriteOldAsync(released);
        await SessionJournal.AppendAsync(Folder, recalled, default);
        return (released, recalled);
    }

    private static JournalEntry Line() =>
        new JournalEntry.FrameAdded { Id = TestCatalogue.Capture().Id, Cid = "bafk", DagBytes = 9 };

    /// <summary>As 0.2 wrote a journal.</summary>
    private async Task WriteOldAsync(params JournalEntry[] lines)
    {
        var elsewhere = Path.Combine(_test.Folder, "elsewhere");
        foreach (var line in lines)
            await SessionJournal.AppendAsync(elsewhere, line, default);
        await File.AppendAllTextAsync(OldJournal, await File.ReadAllTextAsync(SessionFolder.Journal(elsewhere)));
        Directory.Delete(elsewhere, recursive: true);
    }

    private async Task<string> WriteOldMetadataAsync()
    {
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(Night, SessionKind.Camera), default);
        await File.WriteAllBytesAsync(
            OldMetadata, SessionMetadata.Of((await _test.Catalogue.Sessions.FindAsync(Night, default))!, []).ToBytes());
        return await File.ReadAllTextAsync(OldMetadata);
    }

    private Task<bool> IsOwnAsync(string name) => OldLayout.IsOwnAsync(_test.Catalogue, _root, Night, name, default);

    private Task<bool> MoveAsync() => OldLayout.MoveAsync(_test.Catalogue, _root, Night, default);

    private async Task<List<JournalEntry>> ReadAsync() =>
        await SessionJournal.ReadAsync(_test.Catalogue, _root, Night, default).ToListAsync();
}
