using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Originals;

/// <summary>
/// Law 2 in somebody else's folder: an original goes once its frame is released, by proofs that are in force then, and where the operator
/// said so; whatever else lies there stays.
/// </summary>
public sealed class OriginalsTests : AdoptingNode
{
    [Fact]
    public async Task An_original_goes_when_its_frame_is_released_and_nothing_else_goes()
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("M31/image_0001.fits", 1);
        await File.WriteAllTextAsync(PathOf("M31/session_metadata.json"), "{\"status\":\"running\"}");
        Assert.Equal(OriginalState.InPlace, frame.Original);
        await RoundAsync();
        await ProveAsync(frame);
        await RoundAsync();
        Assert.Equal(["M31/image_0001.fits", "M31/session_metadata.json"], Names());

        await ReleaseAsync(frame);
        await BecomesAsync(frame, OriginalState.Freed);
        Assert.Equal(["M31/session_metadata.json"], Names());
        Assert.Contains(await Catalogue.Events.OfAsync($"{frame.Id}", 100, default),
            e => e is { Kind: EventKind.Original, Detail: nameof(OriginalState.Freed) });
        var count = Assert.Single(await Catalogue.Originals.CountsAsync(default));
        Assert.Equal(("pi", OriginalState.Freed, 1), (count.Source, count.State, count.Files));
    }

    [Fact]
    public async Task A_sidecar_is_never_ours_to_free()
    {
        await IdleAsync();
        await File.WriteAllTextAsync(PathOf("notes.json"), "{}");
        CaptureRecord? sidecar = null;
        await Eventually.HoldsAsync(
            async () => (sidecar = (await Catalogue.Captures.NewestAsync(1, default)).SingleOrDefault()) is not null, "it to be taken");
        Assert.Equal((CaptureKind.Sidecar, null), (sidecar!.Kind, sidecar.Original));
        await ReleaseAsync(sidecar);
        await RoundAsync();
        Assert.Equal(["notes.json"], Names());
    }

    [Fact]
    public async Task What_was_there_before_the_word_stays_and_what_came_after_it_goes_also_while_the_node_was_off()
    {
        await RestartAsync(o => o with { Watch = [o.Watch[0] with { Take = WatchTake.Copy }] });
        await IdleAsync();
        var before = await WriteAndTakeAsync("before.fits", 1);
        await StopAsync();
        await WriteAsync("untaken.fits", 2);
        await RestartAsync(o => o with { Watch = [o.Watch[0] with { Take = WatchTake.Adopt }] });
        await IdleAsync();
        var untaken = await TakenAsync(2);
        await StopAsync();
        await WriteAsync("off.fits", 3);
        await StartAsync();
        var off = await TakenAsync(3);
        Assert.Equal((null, null, OriginalState.InPlace), ((await RowAsync(before)).Original, untaken.Original, off.Original));

        foreach (var frame in new[] { before, untaken, off })
            await ReleaseAsync(frame);
        await BecomesAsync(off, OriginalState.Freed);
        Assert.Equal(["before.fits", "untaken.fits"], Names());

        // And where the word includes them they go as well.
        await RestartAsync(o => o with { Watch = [o.Watch[0] with { AdoptExisting = true }] });
        await IdleAsync();
        await BecomesAsync(before, OriginalState.Freed);
        await BecomesAsync(untaken, OriginalState.Freed);
        Assert.Empty(Names());
    }

    [Fact]
    public async Task A_word_that_was_taken_back_frees_nothing_and_given_again_is_a_new_one()
    {
        await IdleAsync();
        var frame = await ReleaseAsync(await WriteAndTakeAsync("a.fits", 1));
        var since = Assert.Single(await Catalogue.Originals.ListAsync(default)).Since;
        await RestartAsync(o => o with { Watch = [o.Watch[0] with { Take = WatchTake.Copy }] });
        await IdleAsync();
        Assert.Empty(await Catalogue.Originals.ListAsync(default));
        await WriteAndTakeAsync("b.fits", 2);
        await RestartAsync(o => o with { Watch = [o.Watch[0] with { Take = WatchTake.Adopt }] });
        await IdleAsync();
        Assert.True(Assert.Single(await Catalogue.Originals.ListAsync(default)).Since > since);
        Assert.Null((await TakenAsync(2)).Original);
        Assert.Contains((await RowAsync(frame)).Original, new OriginalState?[] { OriginalState.Here, OriginalState.Freed });
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("expired")]
    [InlineData("taken out")]
    [InlineData("the clock went back")]
    [InlineData("recalled")]
    [InlineData("discarded")]
    public async Task Without_proofs_that_count_now_it_stays(string what)
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("a.fits", 1);
        // Until the frame is released nothing is done, and then everything is as the case has it.
        await ProveAsync(frame);
        var row = await RowAsync(frame);
        var proofs = await Catalogue.Custody.ProofsOfAsync($"{row.Id}", default);
        Assert.Null(await Catalogue.Ledger.OpenDoorAsync(new(row, proofs, CountThisMachine: false, () => true), default));
        File.Delete(Root.Resolve(row.Path));
        switch (what)
        {
            case "revoked":
                await Catalogue.Ledger.ApplyAsync(new Fact.Revoked(Destination, $"{frame.Id}", "it is gone"), default);
                break;
            case "expired":
                Time.Advance(TimeSpan.FromDays(31));
                break;
            case "taken out":
                await Catalogue.Destinations.RegisterAsync([], default);
                break;
            case "the clock went back":
                await Catalogue.Node.SawTimeAsync(Time.GetUtcNow().AddDays(10), default);
                break;
        }

        await Catalogue.Ledger.ApplyAsync(new Fact.Released(frame.Id), default);
        if (what == "recalled")
            await Catalogue.Ledger.ApplyAsync(new Fact.Recalled(frame.Id, 1, 1, "back"), default);
        if (what == "discarded")
            await Catalogue.Ledger.ApplyAsync(new Fact.Discarded(frame.Id, Time.GetUtcNow(), "ana", "a lamp"), default);
        await RoundAsync();
        Assert.Equal(["a.fits"], Names());
        row = await RowAsync(frame);
        Assert.Equal(OriginalState.Here, row.Original);
        if (what is not ("recalled" or "discarded"))
            Assert.Equal(nameof(OriginalHold.Unproven), row.OriginalWhy);
    }

    [Fact]
    public async Task The_write_that_decides_looks_at_the_proofs_once_more()
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("a.fits", 1);
        await ProveAsync(frame);
        var proofs = await Catalogue.Custody.ProofsOfAsync($"{frame.Id}", default);
        var request = new DoorRequest(await RowAsync(frame), proofs, CountThisMachine: false, () => true);
        Assert.Equal($"{DoorCode.FrameChanged}", await Catalogue.Ledger.OpenOriginalAsync(request, default)); // it is not released
        await Catalogue.Ledger.ApplyAsync(new Fact.Revoked(Destination, $"{frame.Id}", "it is gone"), default);
        Assert.Equal($"{DoorCode.ProofGone}", await Catalogue.Ledger.OpenOriginalAsync(request, default));
        Assert.Equal(OriginalState.InPlace, (await RowAsync(frame)).Original);
    }

    [Fact]
    public async Task A_file_that_comes_again_with_its_bytes_goes_again()
    {
        await IdleAsync();
        var frame = await ReleaseAsync(await WriteAndTakeAsync("a.fits", 1));
        await BecomesAsync(frame, OriginalState.Freed);
        await WriteAsync("a.fits", 1);
        await Eventually.HoldsAsync(async () =>
        {
            Time.Advance(TimeSpan.FromMinutes(2));
            await RoundAsync();
            return Names().Length == 0 && (await RowAsync(frame)).Original == OriginalState.Freed;
        }, "it to go again");
        Assert.Single(await Catalogue.Captures.NewestAsync(10, default));
    }

    /// <summary>Law 5: what a rebuild finds in the journals is ours to free only where it was, and what is gone is gone.</summary>
    [Fact]
    public async Task A_rebuilt_catalogue_knows_what_is_ours_to_free()
    {
        await RestartAsync(o => o with { Watch = [o.Watch[0] with { Take = WatchTake.Copy }] });
        await IdleAsync();
        var copy = await WriteAndTakeAsync("copy.fits", 1);
        await RestartAsync(o => o with { Watch = [o.Watch[0] with { Take = WatchTake.Adopt }] });
        await IdleAsync();
        var (freed, here) = (await WriteAndTakeAsync("freed.fits", 2), await WriteAndTakeAsync("here.fits", 3));
        await ReleaseAsync(freed);
        await BecomesAsync(freed, OriginalState.Freed);
        await Get<JournalWriter>().WriteAsync(freed.Session, default);
        await StopAsync();
        foreach (var file in Directory.EnumerateFiles(Options.Data, "catalogue.db*"))
            File.Delete(file);
        await StartAsync();
        Assert.Equal((null, OriginalState.Freed, OriginalState.InPlace),
            ((await RowAsync(copy)).Original, (await RowAsync(freed)).Original, (await RowAsync(here)).Original));
    }
}
