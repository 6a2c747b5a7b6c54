using Wanda.CaptureProducer.Originals;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Originals;

/// <summary>What is not the file that was proven, or may not be removed, stays with its reason; what is away is not gone.</summary>
public sealed class KeptOriginalsTests : AdoptingNode
{
    [Theory]
    [InlineData("a second name", OriginalHold.Changed)]
    [InlineData("a link in its place", null)]
    [InlineData("a folder in its place", null)]
    public async Task What_is_not_the_one_file_stays(string what, OriginalHold? why)
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("a.fits", 1);
        await StopWatchingAsync();
        switch (what)
        {
            case "a second name":
                RawFiles.Link(Watched, "a.fits"u8, "b.bin"u8);
                break;
            case "a link in its place":
                File.Move(PathOf("a.fits"), PathOf("b.bin"));
                File.CreateSymbolicLink(PathOf("a.fits"), PathOf("b.bin"));
                break;
            default:
                File.Move(PathOf("a.fits"), PathOf("b.bin"));
                Directory.CreateDirectory(PathOf("a.fits"));
                await File.WriteAllTextAsync(PathOf("a.fits/in.bin"), "x");
                break;
        }

        await ReleaseAsync(frame);
        await RoundAsync();
        Assert.Contains("b.bin", Names());
        Assert.True(Path.Exists(PathOf("a.fits")));
        if (why is { } hold)
            Assert.Contains((await RowAsync(frame)).OriginalWhy, new[] { $"{hold}", $"{OriginalHold.OtherNames}" });
        else
            Assert.NotEqual(OriginalState.Freed, (await RowAsync(frame)).Original);
    }

    [Fact]
    public async Task A_second_name_that_was_taken_note_of_keeps_it_and_its_end_lets_it_go()
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("a.fits", 1);
        RawFiles.Link(Watched, "a.fits"u8, ".second"u8);
        await ReleaseAsync(frame);
        await Eventually.HoldsAsync(async () =>
        {
            await RoundAsync();
            return (await RowAsync(frame)).OriginalWhy == $"{OriginalHold.OtherNames}";
        }, "that to be the reason");
        File.Delete(PathOf(".second"));
        await BecomesAsync(frame, OriginalState.Freed);
    }

    /// <summary>The same name with other bytes: the version before is nowhere any more but where it is proven.</summary>
    [Fact]
    public async Task Another_version_in_its_place_is_a_frame_of_its_own()
    {
        await IdleAsync();
        var first = await WriteAndTakeAsync("a.fits", 1);
        var second = await WriteAndTakeAsync("a.fits", 2);
        await ReleaseAsync(first);
        await BecomesAsync(first, OriginalState.Replaced);
        Assert.Equal(await FitsAsync(2), await File.ReadAllBytesAsync(PathOf("a.fits")));
        await ReleaseAsync(second);
        await BecomesAsync(second, OriginalState.Freed);
        Assert.Empty(Names());
    }

    [Fact]
    public async Task A_version_that_nobody_has_taken_yet_stays()
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("a.fits", 1);
        await StopWatchingAsync();
        await WriteAsync("a.fits", 2);
        await ReleaseAsync(frame);
        await RoundAsync();
        Assert.Equal(await FitsAsync(2), await File.ReadAllBytesAsync(PathOf("a.fits")));
        Assert.Equal((OriginalState.Here, $"{OriginalHold.Changed}"), State(await RowAsync(frame)));
    }

    /// <summary>A program may write and set the time back: the look says then that it is the same, and the bytes that it is not.</summary>
    [Fact]
    public async Task Bytes_that_are_not_those_that_were_saved_stay_whatever_the_look_says()
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("a.fits", 1);
        await Catalogue.Ledger.ApplyAsync(new Fact.Released(frame.Id), default);
        await ProveAsync(frame);
        frame = await RowAsync(frame);
        using var original = Folder.Folder.Hold(frame.SourcePath!)!;
        var why = await Get<OriginalDoor>().FreeAsync(
            frame with { Sha256 = new string('0', 64) }, original, await Catalogue.Custody.ProofsOfAsync($"{frame.Id}", default), default);
        Assert.Equal($"{OriginalHold.Damaged}", why);
        Assert.Equal(["a.fits"], Names());
        await Assert.ThrowsAsync<ArgumentException>(() => Get<OriginalDoor>().FreeAsync(frame, original, [], default));
    }

    [Fact]
    public async Task One_that_is_open_for_writing_goes_when_it_is_closed()
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("a.fits", 1);
        await using (new FileStream(PathOf("a.fits"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            await ReleaseAsync(frame);
            await RoundAsync();
            Assert.Equal((OriginalState.Here, $"{OriginalHold.Written}"), State(await RowAsync(frame)));
            Assert.Equal(["a.fits"], Names());
        }

        await BecomesAsync(frame, OriginalState.Freed);
    }

    [Fact]
    public async Task One_that_somebody_removed_is_gone_and_one_whose_disk_is_away_is_not()
    {
        await IdleAsync();
        var (removed, away) = (await WriteAndTakeAsync("removed.fits", 1), await WriteAndTakeAsync("away.fits", 2));
        await ReleaseAsync(removed);
        File.Delete(PathOf("removed.fits"));
        await BecomesAsync(removed, OriginalState.Gone);

        Directory.Move(Watched, Watched + ".disk");
        Directory.CreateDirectory(Watched);
        await ReleaseAsync(away);
        for (var n = 0; n < 3; n++)
        {
            Time.Advance(TimeSpan.FromMinutes(2));
            await RoundAsync();
        }

        Assert.Equal(OriginalState.Here, (await RowAsync(away)).Original);
        Directory.Delete(Watched);
        await RoundAsync();
        Directory.Move(Watched + ".disk", Watched);
        await BecomesAsync(away, OriginalState.Freed);
    }

    [SkippableFact]
    public async Task A_folder_that_lets_nothing_go_is_said_once_and_asked_seldom_and_another_beside_it_is_freed()
    {
        await IdleAsync();
        var (first, second) = (await WriteAndTakeAsync("locked/a.fits", 1), await WriteAndTakeAsync("locked/b.fits", 2));
        var free = await WriteAndTakeAsync("open/c.fits", 3);
        Skip.IfNot(Immutable.TrySet(PathOf("locked"), true),
            "only root makes a folder that nothing goes from, and not on every file system");
        try
        {
            foreach (var frame in new[] { first, second, free })
                await ReleaseAsync(frame);
            for (var n = 0; n < 5; n++)
                await RoundAsync();
            Assert.Equal(OriginalState.Freed, (await RowAsync(free)).Original);
            Assert.Equal($"{OriginalHold.NotAllowed}", Coded.Read<OriginalHold>((await RowAsync(first)).OriginalWhy!).Code.ToString());
            Assert.Null((await RowAsync(second)).OriginalWhy); // it was not even tried
            Assert.NotNull(Assert.Single(await Catalogue.Originals.ListAsync(default)).Problem);
            Assert.Single(await Catalogue.Events.OfAsync($"{first.Id}", 100, default), e => e.Kind == EventKind.Original);
        }
        finally
        {
            Immutable.TrySet(PathOf("locked"), false);
        }

        await BecomesAsync(first, OriginalState.Freed);
        await BecomesAsync(second, OriginalState.Freed);
        Assert.Null(Assert.Single(await Catalogue.Originals.ListAsync(default)).Problem);
    }

    [SkippableFact]
    public async Task A_file_that_may_not_be_removed_holds_up_no_other()
    {
        await IdleAsync();
        var (locked, free) = (await WriteAndTakeAsync("a.fits", 1), await WriteAndTakeAsync("b.fits", 2));
        Skip.IfNot(Immutable.TrySet(PathOf("a.fits"), true),
            "only root makes a file that cannot be removed, and not on every file system");
        try
        {
            await ReleaseAsync(locked);
            await ReleaseAsync(free);
            await BecomesAsync(free, OriginalState.Freed);
            Assert.Equal(["a.fits"], Names());
        }
        finally
        {
            Immutable.TrySet(PathOf("a.fits"), false);
        }

        await BecomesAsync(locked, OriginalState.Freed);
    }

    private static (OriginalState?, string?) State(CaptureRecord row) => (row.Original, row.OriginalWhy);

    /// <summary>The watch passes what comes now over, so that nobody but the round has an opinion of it.</summary>
    private Task StopWatchingAsync() => RestartAsync(o => o with
    {
        Watch = [o.Watch[0] with { Include = [GlobPattern.Parse("*.none")] }],
    });
}
