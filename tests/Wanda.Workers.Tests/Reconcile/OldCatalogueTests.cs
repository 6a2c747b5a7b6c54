using System.Text.Json.Nodes;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Discard;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Reconcile;

/// <summary>Law 5: a catalogue that was lost or is older than its journals is filled from them; and law 2: they open no door.</summary>
public sealed class OldCatalogueTests : NodeTest
{
    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Audit = options.Audit with { Sample = 0, Interval = TimeSpan.FromDays(30) },
    };

    [Theory]
    [InlineData("releasing")]
    [InlineData("released")]
    [InlineData("discarded")]
    [InlineData("a line that it was released")]
    [InlineData("a line that it was discarded")]
    public async Task Whatever_a_journal_says_a_file_that_is_here_stays(string what)
    {
        await Proxy.DownAsync();
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        var (at, folder) = (Node.Time.GetUtcNow(), Node.Root.FolderOf(frame.Session));
        var row = await Node.FrameAsync(frame);
        await Node.StopAsync();
        JournalEntry[] lines = what switch
        {
            "releasing" => [Saved(row with { ReleasingAt = at })],
            "released" => [Saved(row with { ReleasingAt = at, ReleasedAt = at })],
            "discarded" => [Saved(row with { DiscardedAt = at, DiscardedBy = "ana", DiscardReason = "a lamp" })],
            "a line that it was released" => [Saved(row), new JournalEntry.FrameReleased { Id = row.Id, At = at }],
            _ => [Saved(row), new JournalEntry.FrameDiscarded { Id = row.Id, At = at, By = "ana", Reason = "a lamp" }],
        };
        File.Delete(SessionFolder.Journal(folder));
        foreach (var line in lines)
            await SessionJournal.AppendAsync(folder, line, default);
        ForgetCatalogue();
        await Node.StartAsync();
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        await Node.Get<DiscardRound>().RunAsync(default);
        Assert.True(File.Exists(Node.Root.Resolve(frame.Path)));
        var again = await Node.FrameAsync(frame);
        Assert.Equal((null, null, null), (again.ReleasingAt, again.ReleasedAt, again.DiscardedAt));
        await Proxy.UpAsync();
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromMinutes(6), 8, "by a proof of its own");
        Assert.Single(Proxy.Uploaded);

        static JournalEntry Saved(CaptureRecord capture) => new JournalEntry.FrameSaved { Id = capture.Id, Capture = capture };
    }

    [Fact]
    public async Task Proofs_of_a_rebuilt_catalogue_are_asked_for_again_before_anything_goes()
    {
        await Node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Never } });
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilProvenAsync(frame);
        await Node.UntilQuietAsync();
        await Node.StopAsync();
        ForgetCatalogue();
        await Proxy.DownAsync(); // it cannot be asked
        await Node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Proven } });
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        Assert.True(File.Exists(Node.Root.Resolve(frame.Path)));
        await Proxy.UpAsync();
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromMinutes(6), 8, "once it answered");
        Assert.Single(Proxy.Uploaded); // and is not sent again for it
    }

    [Fact]
    public async Task An_old_backup_of_the_catalogue_is_filled_at_start_and_no_number_is_given_twice()
    {
        var old = await Node.SaveAsync("old.fits", TestFrames.Noise(3000, 1));
        await Node.UntilReleasedAsync(old);
        await Node.UntilQuietAsync();
        await Node.StopAsync();
        var backup = Directory.GetFiles(Node.Data, "catalogue.db*").ToDictionary(f => f, File.ReadAllBytes);
        await Node.StartAsync();
        var freed = await Node.SaveAsync("freed.fits", TestFrames.Noise(3000, 2));
        await Node.UntilReleasedAsync(freed);
        await Proxy.DownAsync();
        var here = await Node.SaveAsync("here.fits", TestFrames.Noise(3000, 3));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        await Node.StopAsync();
        ForgetCatalogue();
        foreach (var (file, bytes) in backup)
            await File.WriteAllBytesAsync(file, bytes);

        await Node.StartAsync();
        Assert.Equal(freed.Number, (await Node.FrameAsync(freed)).Number);
        Assert.NotNull((await Node.FrameAsync(freed)).ReleasedAt);
        Assert.Equal(here.Number, (await Node.FrameAsync(here)).Number);
        var next = await Node.SaveAsync("next.fits", TestFrames.Noise(3000, 4));
        Assert.Equal(here.Number + 1, next.Number);
        // What it knew is as old: it is asked for again, and nothing is called lost for it.
        Assert.All(await Node.ProofsAsync(old), p => Assert.False(p.IsInForce(Node.Time.GetUtcNow())));
        Assert.Equal(0, await Node.Catalogue.Reports.CountFramesAsync(FrameFilter.Lost, null, true, default));
        await Proxy.UpAsync();
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(here), TimeSpan.FromMinutes(6), 8, "the one that was here goes on");
        Node.Time.Advance(TimeSpan.FromHours(2)); // one was asked for while nobody answered
        await Node.UntilQuietAsync();
        await Node.Get<AuditRound>().RunAsync(default);
        foreach (var frame in new[] { old, freed })
            Assert.Contains(await Node.ProofsAsync(frame), p => p.IsInForce(Node.Time.GetUtcNow()));
    }

    [Fact]
    public async Task A_whole_catalogue_is_left_as_it_is()
    {
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        var (row, proofs) = (await Node.FrameAsync(frame), await Node.ProofsAsync(frame));
        await Node.RestartAsync();
        Assert.Equal(0, await CatalogueRebuild.FromJournalsAsync(Node.Catalogue, Node.Root, default));
        Assert.Equal(row, await Node.FrameAsync(frame));
        Assert.Equal(proofs, await Node.ProofsAsync(frame));
    }

    [Fact]
    public async Task A_loss_is_on_record_also_where_its_journal_cannot_be_written()
    {
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        foreach (var block in Server.Blocks())
            block.Delete();
        var journal = SessionFolder.Journal(Node.Root.FolderOf(frame.Session));
        File.Delete(journal);
        Directory.CreateDirectory(journal);
        Node.Time.Advance(TimeSpan.FromDays(24));
        await Node.UntilQuietAsync();
        await Node.Get<AuditRound>().RunAsync(default);
        Assert.Equal(1, await Node.Catalogue.Reports.CountFramesAsync(FrameFilter.Lost, null, true, default));
    }

    [Theory]
    [InlineData("number", "2147483647")]
    [InlineData("number", "-5")]
    [InlineData("number", "1")]
    [InlineData("sizeBytes", "9223372036854775807")]
    [InlineData("path", "\"m42/.wanda/journal.jsonl\"")]
    [InlineData("path", "\"m42/a\\u0000b.fits\"")]
    [InlineData("path", "\"m42/a.fits\"")]
    [InlineData("savedAt", "\"9999-12-31T23:59:59.9999999Z\"")]
    [InlineData("takenAt", "\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("cid", "\"bnonsense\"")]
    public async Task A_line_of_which_nothing_can_be_true_ends_nothing(string field, string value)
    {
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        var (folder, row) = (Node.Root.FolderOf(frame.Session), await Node.FrameAsync(frame));
        await Node.StopAsync();
        var forged = row.AsSaved() with { Id = CaptureId.New(Node.Time), Number = 7, Path = "m42/forged.fits" };
        await SessionJournal.AppendAsync(folder, new JournalEntry.FrameSaved { Id = forged.Id, Capture = forged }, default);
        var lines = await File.ReadAllLinesAsync(SessionFolder.Journal(folder));
        var line = JsonNode.Parse(lines[^1])!;
        if (field == "cid")
        {
            await SessionJournal.AppendAsync(
                folder, new JournalEntry.FrameAdded { Id = forged.Id, Cid = "bnonsense", DagBytes = 1 }, default);
        }
        else
        {
            line["capture"]![field] = JsonNode.Parse(value);
            await File.WriteAllLinesAsync(SessionFolder.Journal(folder), [.. lines[..^1], line.ToJsonString()]);
        }

        await Node.StartAsync();
        foreach (var round in new Func<CancellationToken, Task>[]
                 {
                     Node.Get<Reconciler>().RunAsync, Node.Get<ReleaseRound>().ConsiderAllAsync, Node.Get<AuditRound>().RunAsync,
                     Node.Get<DiscardRound>().RunAsync,
                 })
        {
            await round(default);
        }

        Assert.DoesNotContain(await Node.Catalogue.Captures.OfSessionAsync(TestNode.Session, default), c => c.Path.Contains(".wanda"));
        var next = await Node.SaveAsync("b.fits", TestFrames.Noise(3000, 2));
        Assert.InRange(next.Number, 2, 10);
        await Node.UntilReleasedAsync(next);
        Assert.Equal(row.Cid, (await Node.FrameAsync(frame)).Cid);
    }

    [Fact]
    public async Task A_word_to_discard_in_a_journal_lets_no_copy_elsewhere_go()
    {
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        var (folder, row) = (Node.Root.FolderOf(frame.Session), await Node.FrameAsync(frame));
        await Node.StopAsync();
        await SessionJournal.AppendAsync(folder,
            new JournalEntry.FrameDiscarded { Id = row.Id, At = Node.Time.GetUtcNow(), By = "mallory", Reason = "x" }, default);
        await Node.StartAsync();
        await Node.Get<DiscardRound>().RunAsync(default);
        await Node.UntilQuietAsync();
        Assert.NotNull((await Node.FrameAsync(frame)).DiscardedAt);
        Assert.Equal(TestFrames.Noise(3000), await Server.GetAsync(row.Cid!));
        var pins = JsonNode.Parse(await Server.GetTextAsync("v0/pins"))!["pins"]!.AsArray();
        Assert.Contains(pins, p => p!.ToJsonString().Contains(row.Cid!));
    }

    [Fact]
    public async Task The_cid_of_a_file_that_is_here_is_of_its_bytes_whatever_a_journal_says()
    {
        await Node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Never } });
        var one = await Node.SaveAsync("a.fits", TestFrames.Noise(3000, 1));
        var other = await Node.SaveAsync("b.fits", TestFrames.Noise(3000, 2));
        await Node.UntilProvenAsync(one);
        await Node.UntilProvenAsync(other);
        await Node.UntilQuietAsync();
        var (right, wrong) = ((await Node.FrameAsync(one)).Cid!, (await Node.FrameAsync(other)).Cid!);
        var journal = SessionFolder.Journal(Node.Root.FolderOf(one.Session));
        await Node.StopAsync();
        await File.WriteAllTextAsync(journal, (await File.ReadAllTextAsync(journal)).Replace(right, wrong));
        ForgetCatalogue();
        await Node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Proven } });
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(one), TimeSpan.FromMinutes(6), 8, "by a proof of its own bytes");
        Assert.Equal(right, (await Node.FrameAsync(one)).Cid);
        Assert.Equal(TestFrames.Noise(3000, 1), await Server.GetAsync(right));
    }

    private void ForgetCatalogue()
    {
        foreach (var file in Directory.GetFiles(Node.Data, "catalogue.db*"))
            File.Delete(file);
    }
}
