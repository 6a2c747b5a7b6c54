using Files.Shared;
using Wanda.CaptureProducer.Originals;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Tests.Originals;

/// <summary>
/// A guard ends with its process, and what it guards lies on disks that come and go: at a start, and at each look, a frame in place is
/// compared before it is believed, and nothing that is away counts as gone.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class InPlaceStartTests : InPlaceNode
{
    [Theory]
    [InlineData("cat > \"$1\"", OriginalState.Replaced)]
    [InlineData("cat > \"$1.new\"; mv \"$1.new\" \"$1\"", OriginalState.Replaced)]
    [InlineData("rm \"$1\"", OriginalState.Gone)]
    public async Task What_went_while_the_node_was_off_is_told_as_lost_and_no_other_is_taken_for_it(string command, OriginalState state)
    {
        await IdleAsync();
        var (frame, other) = (await WriteAndTakeAsync("M31/a.fits", 1), await WriteAndTakeAsync("M31/b.fits", 7));
        await StopAsync();
        await InShellAsync(command, state == OriginalState.Gone ? [] : await FitsAsync(2), PathOf("M31/a.fits"));
        await StartAsync();
        await LookedUntilAsync(async () => (await RowAsync(frame)).FileLostAt is not null, "the frame to be told as lost");
        var row = await RowAsync(frame);
        Assert.Contains("M31/a.fits", row.FileLostWhy, StringComparison.Ordinal);
        Assert.Equal(state, row.Original);
        await Eventually.HoldsAsync(() => LinkedFile.TargetOf(FileOf(frame)) is null, "its link to go");
        Assert.False(File.Exists(FileOf(frame)));
        if (state == OriginalState.Replaced)
            Assert.Equal(OriginalState.InPlace, (await TakenAsync(2)).Original);
        // The other one is as it was, and guarded again.
        await LookedUntilAsync(() => Task.FromResult(Get<InPlaceGuards>().Holds(other.Id)), "the other to be guarded");
        Assert.Equal((null, OriginalState.InPlace), ((await RowAsync(other)).FileLostAt, (await RowAsync(other)).Original));
    }

    [Fact]
    public async Task One_that_was_only_touched_or_moved_while_the_node_was_off_is_not_lost()
    {
        await IdleAsync();
        var (touched, moved) = (await WriteAndTakeAsync("a.fits", 1), await WriteAndTakeAsync("M31/b.fits", 2));
        await StopAsync();
        File.SetLastWriteTimeUtc(PathOf("a.fits"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Directory.Move(PathOf("M31"), PathOf("M33"));
        await StartAsync();
        await LookedUntilAsync(() => Task.FromResult(
            Get<InPlaceGuards>() is var guards && guards.Holds(touched.Id) && guards.Holds(moved.Id)), "both to be guarded");
        Assert.Equal(PathOf("M33/b.fits"), LinkedFile.TargetOf(FileOf(moved)));
        Assert.Equal((null, null), ((await RowAsync(touched)).FileLostAt, (await RowAsync(moved)).FileLostAt));
        Assert.Equal(2, (await Catalogue.Captures.NewestAsync(10, default)).Count);
    }

    [Fact]
    public async Task A_folder_that_is_away_is_no_evidence()
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("a.fits", 1);
        await StopAsync();
        Directory.Move(Watched, Watched + ".away");
        await StartAsync();
        for (var n = 0; n < 3; n++)
            await Get<InPlaceRound>().RunAsync(default);
        // Another disk in its place is none either.
        Directory.CreateDirectory(Watched);
        await IdleAsync();
        for (var n = 0; n < 3; n++)
            await Get<InPlaceRound>().RunAsync(default);
        Assert.Equal((null, OriginalState.InPlace), ((await RowAsync(frame)).FileLostAt, (await RowAsync(frame)).Original));
        Directory.Delete(Watched);
        Directory.Move(Watched + ".away", Watched);
        await LookedUntilAsync(() => Task.FromResult(Get<InPlaceGuards>().Holds(frame.Id)), "it to be guarded again");
    }

    [Fact]
    public async Task A_frame_of_a_folder_that_is_watched_no_more_is_kept_while_it_is_there_and_told_when_it_is_not()
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("a.fits", 1);
        await RestartAsync(o => o with { Watch = [] });
        await LookedUntilAsync(() => Task.FromResult(Get<InPlaceGuards>().Holds(frame.Id)), "it to be guarded all the same");
        await StopAsync();
        File.Move(PathOf("a.fits"), Watched + ".away");
        await StartAsync();
        await LookedUntilAsync(async () => (await RowAsync(frame)).FileLostAt is not null, "it to be told");
        File.Move(Watched + ".away", PathOf("a.fits"));
        await LookedUntilAsync(
            async () => Get<InPlaceGuards>().Holds(frame.Id) && (await RowAsync(frame)).FileLostAt is null, "it to be found again");
        Assert.Equal(OriginalState.InPlace, (await RowAsync(frame)).Original);
    }

    /// <summary>Laws 5 and 8: nothing is made where the storage is not, and one that cannot be followed ends no look.</summary>
    [Fact]
    public async Task Storage_that_is_away_gets_no_links()
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("M31/a.fits", 1);
        Directory.Move(Root.Path, Root.Path + "-away");
        Directory.CreateDirectory(Root.Path);
        Directory.Move(PathOf("M31"), PathOf("M33"));
        await Eventually.HoldsAsync(async () => $"{(await RowAsync(frame)).SourcePath}" == "M33/a.fits", "the watch to find it");
        await Get<InPlaceRound>().RunAsync(default);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Root.Path));
        Directory.Delete(Root.Path);
        Directory.Move(Root.Path + "-away", Root.Path);
        await LookedUntilAsync(() => Task.FromResult(LinkedFile.TargetOf(FileOf(frame)) == PathOf("M33/a.fits")), "its link to follow");
    }

    /// <summary>Law 7: a link without a row, and a copy that its row does not know of.</summary>
    [Fact]
    public async Task What_a_crash_left_is_put_right()
    {
        await IdleAsync();
        var (frame, copied) = (await WriteAndTakeAsync("a.fits", 1), await WriteAndTakeAsync("b.fits", 2));
        await StopAsync();
        var orphan = Path.Combine(Path.GetDirectoryName(FileOf(Options, frame))!, "c.fits");
        await WriteAsync("c.fits", 3);
        File.CreateSymbolicLink(orphan, PathOf("c.fits"));
        File.Delete(FileOf(Options, copied));
        await File.WriteAllBytesAsync(FileOf(Options, copied), await FitsAsync(2));
        var left = Path.Combine(SessionFolder.Temporaries(Path.GetDirectoryName(orphan)!), $"x{DurableFile.TemporarySuffix}");
        File.CreateSymbolicLink(left, PathOf("a.fits"));
        await StartAsync();

        var third = await TakenAsync(3);
        Assert.Equal(await FitsAsync(3), await File.ReadAllBytesAsync(FileOf(third)));
        await LookedUntilAsync(async () => (await RowAsync(copied)).Original == OriginalState.Here, "its own file to be on record");
        Assert.Null((await RowAsync(copied)).FileLostAt);
        Assert.Null(LinkedFile.TargetOf(left));
        Assert.Equal(await FitsAsync(1), await File.ReadAllBytesAsync(PathOf("a.fits")));
        Assert.Equal(OriginalState.InPlace, (await RowAsync(frame)).Original);
    }
}
