using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests.Sessions;

/// <summary>
/// The journals say what the catalogue's facts say, in their order, whoever committed them and whoever was killed meanwhile.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class JournalWriterTests : IAsyncLifetime
{
    private static readonly SessionName Night = new("night");
    private TestCatalogue _test = null!;
    private StorageRoot _root = null!;

    public async Task InitializeAsync()
    {
        _test = await TestCatalogue.CreateAsync();
        _root = await StorageRoot.OpenAsync(Path.Combine(_test.Folder, "frames"), _test.Catalogue, default);
        Directory.CreateDirectory(_root.FolderOf(Night));
    }

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Fact]
    public async Task Every_fact_of_a_frame_has_its_line_in_the_order_of_the_facts()
    {
        using var writer = Writer();
        var frame = await ReleasedAsync();
        await _test.Catalogue.Captures.RecalledAsync(frame.Id, 1, 2, "back", default);
        await _test.Catalogue.Captures.DiscardAsync(frame.Id, TestCatalogue.Now, "ana", "clouds", default);
        await writer.WriteAsync(Night, default);
        var lines = await ReadAsync();
        // The release was overtaken before it was told: what is left of it is that the frame is here again.
        Assert.Equal(["FrameSaved", "FrameAdded", "FrameProven", "FrameRecalled", "FrameDiscarded"], lines.Select(l => l.GetType().Name));
        Assert.Equal(lines.Select(l => l.Seq).Order(), lines.Select(l => l.Seq));
        Assert.All(lines, l => Assert.Equal(frame.Id, l.Id));
    }

    [Fact]
    public async Task Of_two_processes_that_write_each_line_is_there_once()
    {
        using var one = Writer();
        using var other = Writer();
        for (var i = 0; i < 20; i++)
        {
            await _test.AddAsync();
            await Task.WhenAll(one.WriteAsync(Night, default), other.WriteAsync(Night, default));
        }

        Assert.Equal(20, (await ReadAsync()).Count);
    }

    /// <summary>A journal that knows of them is not ahead of the catalogue.</summary>
    [Fact]
    public async Task What_is_committed_while_lines_are_written_is_no_sign_of_an_older_catalogue()
    {
        const int Frames = 300;
        using var writer = Writer();
        var saving = Task.Run(async () =>
        {
            for (var i = 0; i < Frames; i++)
                await _test.AddAsync();
        });
        while (!saving.IsCompleted)
            await writer.WriteAsync(Night, default);
        await saving;
        await writer.WriteAsync(Night, default);
        Assert.Equal(Frames, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task A_process_that_died_before_it_noted_its_lines_leaves_none_double()
    {
        await _test.AddAsync();
        await _test.ReopenAsync(() => File.Copy(Database, Database + ".before"));
        using (var killed = Writer())
            await killed.WriteAsync(Night, default);
        await RestoreAsync();
        using var writer = Writer();
        await _test.AddAsync();
        await writer.WriteAsync(Night, default);
        Assert.Equal(2, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task A_proof_that_was_taken_back_before_it_was_told_is_never_told()
    {
        using var writer = Writer();
        var frame = await ProvenAsync();
        await _test.Catalogue.Custody.RevokeAsync("altermundi", $"{frame.Id}", "a block is missing", default);
        await writer.WriteAsync(Night, default);
        Assert.Equal(["FrameSaved", "FrameAdded", "ProofRevoked"], (await ReadAsync()).Select(l => l.GetType().Name));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("the last line")]
    [InlineData("half a line")]
    [InlineData("all")]
    public async Task What_a_journal_lost_is_told_again_from_the_rows(string lost)
    {
        using var writer = Writer();
        await ReleasedAsync();
        await ProvenAsync();
        await writer.WriteAsync(Night, default);
        var whole = await ReadAsync();
        var bytes = await File.ReadAllBytesAsync(Journal);
        await File.WriteAllBytesAsync(Journal, lost switch
        {
            "the last line" => bytes[..(bytes.AsSpan()[..^1].LastIndexOf((byte)'\n') + 1)],
            "half a line" => bytes[..^40],
            "all" => [],
            _ => bytes,
        });
        await writer.CompleteAsync(Night, default);
        Assert.Equal(Facts(whole), Facts(await ReadAsync()));
        Assert.Equal(0, await writer.CompleteAsync(Night, default));
    }

    [Fact]
    public async Task A_loss_that_the_journal_was_not_told_of_is_told_from_the_rows()
    {
        using var writer = Writer();
        var frame = await ProvenAsync();
        await writer.WriteAsync(Night, default);
        var before = await File.ReadAllBytesAsync(Journal);
        await _test.Catalogue.Custody.RevokeAsync("altermundi", $"{frame.Id}", "a block is missing", default);
        await writer.WriteAsync(Night, default);
        await File.WriteAllBytesAsync(Journal, before); // a power cut took the line
        await writer.CompleteAsync(Night, default);
        Assert.Equal("altermundi", Assert.IsType<JournalEntry.ProofRevoked>((await ReadAsync())[^1]).Destination);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_written_to_holds_up_no_other_and_is_completed_later()
    {
        using var writer = Writer();
        Directory.CreateDirectory(Journal); // no file can be there
        await _test.AddAsync();
        await _test.AddAsync("other");
        await Assert.ThrowsAnyAsync<Exception>(() => writer.WriteAsync(Night, default));
        await writer.WriteAsync(new SessionName("other"), default);
        Directory.Delete(Journal);
        await _test.AddAsync();
        await writer.WriteAsync(Night, default);
        Assert.Equal(2, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task What_one_process_could_not_write_the_next_one_does()
    {
        Directory.CreateDirectory(Journal); // no file can be there
        await _test.AddAsync();
        using (var fails = Writer())
            await Assert.ThrowsAnyAsync<Exception>(() => fails.WriteAsync(Night, default));
        Directory.Delete(Journal);
        await _test.ReopenAsync();
        using var writer = Writer();
        await writer.WriteAsync(Night, default);
        Assert.Single(await ReadAsync());
    }

    [Fact]
    public async Task A_catalogue_that_is_older_writes_nothing_until_it_is_filled_and_gives_no_number_twice()
    {
        await _test.AddAsync();
        await _test.ReopenAsync(() => File.Copy(Database, Database + ".before"));
        using (var writer = Writer())
        {
            await _test.AddAsync();
            await ProvenAsync();
            await writer.WriteAsync(Night, default);
        }

        var told = (await ReadAsync()).Max(l => l.Seq);
        await RestoreAsync();
        using var late = Writer();
        await Assert.ThrowsAnyAsync<IOException>(() => late.WriteAsync(Night, default));
        Assert.Equal(2, await CatalogueRebuild.CatchUpAsync(_test.Catalogue, _root, default));
        Assert.Equal(4, (await _test.AddAsync()).Number);
        await late.WriteAsync(Night, default);
        var last = (await ReadAsync())[^1];
        Assert.True(last is JournalEntry.FrameSaved { Capture.Number: 4 } && last.Seq > told);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1L)]
    [InlineData(null)]
    public async Task A_number_that_cannot_be_stops_nothing(long? forged)
    {
        using var writer = Writer();
        await _test.AddAsync();
        await writer.WriteAsync(Night, default);
        await SessionJournal.AppendAsync(_root.FolderOf(Night),
            new JournalEntry.FrameRecalled { Id = CaptureId.New(TimeProvider.System), At = TestCatalogue.Now, Seq = forged }, default);
        await _test.AddAsync();
        await writer.WriteAsync(Night, default);
        Assert.Equal(2, (await ReadAsync()).OfType<JournalEntry.FrameSaved>().Count());
    }

    private string Journal => SessionFolder.Journal(_root.FolderOf(Night));

    private string Database => Path.Combine(_test.Folder, "catalogue.db");

    private JournalWriter Writer() => new(_test.Catalogue, _root);

    /// <summary>What was copied before is put back, with nothing that was committed since.</summary>
    private async Task RestoreAsync()
    {
        await _test.ReopenAsync(() =>
        {
            File.Copy(Database + ".before", Database, overwrite: true);
            File.Delete(Database + "-wal");
            File.Delete(Database + "-shm");
        });
    }

    private async Task<CaptureRecord> ProvenAsync()
    {
        var frame = await _test.AddAsync();
        var proof = TestCatalogue.Proof(frame);
        await _test.Catalogue.Captures.AddedAsync(frame.Id, proof.Cid, 1, default);
        await _test.Catalogue.Custody.ProvenAsync(proof, default);
        return frame;
    }

    private async Task<CaptureRecord> ReleasedAsync()
    {
        var frame = await ProvenAsync();
        await _test.ReleaseAsync(frame);
        return frame;
    }

    private static IEnumerable<string> Facts(IEnumerable<JournalEntry> lines) =>
        lines.Select(l => $"{l.Id} {l.GetType().Name}").Distinct().Order();

    private async Task<IReadOnlyList<JournalEntry>> ReadAsync()
    {
        var lines = new List<JournalEntry>();
        await foreach (var line in SessionJournal.ReadAsync(_root.FolderOf(Night), default))
            lines.Add(line);
        return lines;
    }
}
