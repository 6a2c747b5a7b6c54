using System.Security.Cryptography;
using Files.Shared;
using Wanda.CaptureProducer.Originals;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Tests.Originals;

/// <summary>
/// An adopted file is the frame where it lies, and nothing is copied; until it is freed no version of it is lost to a program that
/// truncates, renames or removes it, as long as the node runs. What went while it did not is told as lost.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class InPlaceTests : InPlaceNode
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
}
