using System.Diagnostics;
using System.Security.Cryptography;
using Files.Shared;
using Wanda.CaptureProducer.Originals;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Originals;

/// <summary>
/// An adopted file is the frame where it lies, and nothing is copied; until it is freed no version of it is lost to a program that
/// truncates, renames or removes it, as long as the node runs. What went while it did not is told as lost.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class InPlaceTests : AdoptingNode
{
    [Fact]
    public async Task The_file_where_it_lies_is_the_frame_and_goes_by_proof()
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("M31/image_0001.fits", 1);
        Assert.Equal((OriginalState.InPlace, PathOf("M31/image_0001.fits")), (frame.Original, LinkedFile.TargetOf(FileOf(frame))));
        Assert.Equal(await FitsAsync(1), await File.ReadAllBytesAsync(FileOf(frame)));
        Assert.Equal(new FileIdentity(frame.SizeBytes, frame.ModifiedNs, frame.Inode), FileIdentity.Of(PathOf("M31/image_0001.fits")));

        await ReleaseAsync(frame);
        await BecomesAsync(frame, OriginalState.Freed);
        Assert.Empty(Names());
        Assert.True(Directory.Exists(PathOf("M31")));
        await LookedUntilAsync(() => Task.FromResult(!Get<InPlaceGuards>().Holds(frame.Id)), "its guard to be given up");
    }

    /// <summary>The sample of the cases: OpenCV truncates the inode that is there.</summary>
    [Theory]
    [InlineData("image_0001.fits")]
    [InlineData("b c/\u65b0\u661f \U0001F30C.fits")]
    [InlineData("M31/Ha/a'\n$(x).fits")]
    public async Task A_program_that_truncates_it_waits_until_its_bytes_are_copied(string name)
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync(name, 1);
        await InShellAsync("cat > \"$1\"", await FitsAsync(2), PathOf(name));
        await AssertCopiedAsync(frame, 1, OriginalCopied.OpenedForWriting);
        var second = await TakenAsync(2);
        Assert.NotEqual(frame.Id, second.Id);
        Assert.Equal(await FitsAsync(2), await File.ReadAllBytesAsync(FileOf(second)));
    }

    [Theory]
    [InlineData("rm \"$1\"")]
    [InlineData("mv \"$2\" \"$1\"")]
    [InlineData("mv \"$1\" \"$3\"")]
    public async Task One_that_is_removed_replaced_or_moved_away_is_copied_from_what_is_held(string command)
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("a.fits", 1);
        await File.WriteAllBytesAsync(Watched + ".next", await FitsAsync(2));
        await InShellAsync(command, [], PathOf("a.fits"), Watched + ".next", Watched + ".away");
        await AssertCopiedAsync(frame, 1, OriginalCopied.MovedAway);
        await ReleaseAsync(frame);
        if (!command.Contains("$2", StringComparison.Ordinal))
            await BecomesAsync(frame, OriginalState.Gone);
    }

    [Fact]
    public async Task A_session_that_is_renamed_keeps_its_frames_where_they_lie()
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("M31/a.fits", 1);
        Directory.Move(PathOf("M31"), PathOf("Andromeda"));
        await LookedUntilAsync(
            () => Task.FromResult(LinkedFile.TargetOf(FileOf(frame)) != PathOf("M31/a.fits")), "the frame to be found again");
        // Whoever is first, the watch or the guard: its bytes are there, once.
        Assert.Equal(await FitsAsync(1), await File.ReadAllBytesAsync(FileOf(frame)));
        var row = await RowAsync(frame);
        if (row.LiesInPlace())
            Assert.Equal(PathOf("Andromeda/a.fits"), LinkedFile.TargetOf(FileOf(frame)));
        Assert.Single(await Catalogue.Captures.NewestAsync(10, default));
        Assert.Null(row.FileLostAt);
    }

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

    [Fact]
    public async Task What_cannot_be_guarded_is_copied()
    {
        await IdleAsync();
        // Written over its other name it would be no other file to a lease, but removing one frees nothing.
        await File.WriteAllBytesAsync(Watched + ".first", await FitsAsync(1));
        await InShellAsync("ln \"$1\" \"$2\"", [], Watched + ".first", PathOf("linked.fits"));
        // A name that is no text leads nowhere for .NET.
        await InShellAsync("cat > \"$(printf \"$1/\\351toile.fits\")\"", await FitsAsync(2), Watched);
        foreach (var version in new[] { 1, 2 })
        {
            var frame = await TakenAsync(version);
            Assert.Equal((OriginalState.Here, null), (frame.Original, LinkedFile.TargetOf(FileOf(frame))));
        }

        await StopAsync();
        await InShellAsync("rm -r \"$1\"; mkdir \"$1\"", [], Watched); // .NET cannot delete it
    }

    /// <summary>Beyond the descriptors that may be spent a frame is copied, as it would be without a lease.</summary>
    [Fact]
    public async Task No_more_are_guarded_than_there_is_room_for()
    {
        await IdleAsync();
        using var guards = new InPlaceGuards(Catalogue, Root, Microsoft.Extensions.Logging.Abstractions.NullLogger<InPlaceGuards>.Instance)
        {
            Limit = 2,
        };
        for (var n = 0; n < 4; n++)
        {
            await WriteAsync($"{n}.bin", n);
            var path = Folder.Folder.WholePathOf(Contracts.RawName.FromText($"{n}.bin"))!;
            using var opened = Folder.Folder.Open(Contracts.RawName.FromText($"{n}.bin"));
            var guard = guards.TryHold(new LyingFile(opened, opened.Look(), path, Watched, null!));
            Assert.Equal(n < 2, guard is not null);
            if (guard is not null)
                guards.Keep(Contracts.CaptureId.New(Time), guard);
        }
    }

    /// <summary>
    /// A second process, as the camera's program is one, that writes one name over and over, faster than anything is proven: each version
    /// that was taken is there afterwards, byte for byte.
    /// </summary>
    [Fact]
    public Task Each_version_that_was_taken_is_there_afterwards() => Seed.RunAsync(async random =>
    {
        await IdleAsync();
        for (var n = 1; n <= 60; n++)
        {
            await InShellAsync(random.Next(3) == 0 ? "cat > \"$1.new\"; mv \"$1.new\" \"$1\"" : "cat > \"$1\"", await FitsAsync(n),
                PathOf($"capture_{random.Next(3)}.fits"));
            if (random.Next(4) != 0)
                await TakenAsync(n);
            if (random.Next(10) == 0)
                await Get<InPlaceRound>().RunAsync(default);
        }

        await TakenAsync(60);
        await Eventually.HoldsAsync(async () =>
        {
            await Get<InPlaceRound>().RunAsync(default);
            foreach (var frame in await Catalogue.Captures.NewestAsync(1000, default))
            {
                if (!File.Exists(FileOf(frame)))
                    return false;
                if (Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(FileOf(frame)))) != frame.Sha256)
                    return false;
            }

            return true;
        }, "each version to be there");
        Assert.All(await Catalogue.Captures.NewestAsync(1000, default), frame => Assert.Null(frame.FileLostAt));
    });

    /// <summary>Looks beside those that come by themselves.</summary>
    private Task LookedUntilAsync(Func<Task<bool>> condition, string what) => Eventually.HoldsAsync(async () =>
    {
        await Get<InPlaceRound>().RunAsync(default);
        return await condition();
    }, what);

    private string FileOf(CaptureRecord frame) => Root.Resolve(frame.Path);

    private static string FileOf(WandaOptions options, CaptureRecord frame) => Path.Combine(options.Storage.Root!, frame.Path);

    /// <summary>The frame has a file of its own with its bytes, why is on record, and nothing guards it any more.</summary>
    private async Task AssertCopiedAsync(CaptureRecord frame, int version, OriginalCopied why)
    {
        await LookedUntilAsync(async () => !(await RowAsync(frame)).LiesInPlace(), "it to be copied");
        Assert.Null(LinkedFile.TargetOf(FileOf(frame)));
        Assert.Equal(await FitsAsync(version), await File.ReadAllBytesAsync(FileOf(frame)));
        var own = FileIdentity.Of(FileOf(frame))!.Value;
        var row = await RowAsync(frame);
        Assert.Equal((own.ModifiedNs, own.Inode, null), (row.ModifiedNs, row.Inode, row.FileLostAt));
        Assert.Contains(await Catalogue.Events.OfAsync($"{frame.Id}", 100, default),
            e => e.Kind == EventKind.Original && e.Detail == $"{why}");
        await LookedUntilAsync(() => Task.FromResult(!Get<InPlaceGuards>().Holds(frame.Id)), "its guard to be given up");
    }

    /// <summary>Another process does something to the folder; the kernel makes it wait for a lease as it would the camera's.</summary>
    private static async Task InShellAsync(string command, byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", ["-c", command, "bash", .. arguments]) { RedirectStandardInput = true };
        using var shell = Process.Start(start)!;
        await shell.StandardInput.BaseStream.WriteAsync(input);
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }
}
