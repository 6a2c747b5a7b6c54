using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Gate;

/// <summary>What lies in a real capture folder besides frames: all of it is kept, and only pictures count as frames.</summary>
public sealed class MixedFolderTests : ProducerNode
{
    private static readonly byte[] Png = Convert.FromHexString("89504e470d0a1a0a0000000049454e44ae426082");

    private protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Watch =
        [
            new WatchOptions
            {
                Path = Watched,
                Name = "dome",
                Quiet = TimeSpan.Zero,
                QuietDoubtful = TimeSpan.Zero,
                Exclude = [GlobPattern.Parse("*.bak"), GlobPattern.Parse("flats/**")],
            },
        ],
    };

    [Fact]
    public async Task Pictures_videos_and_what_lies_beside_them_are_told_apart_and_tied_together()
    {
        foreach (var picture in (string[])["Light_001.png", "L/Light_001.png", "R/Light_001.png"])
            Write(picture, Png);
        var frames = await TakenAsync(3);
        Assert.All(frames, f => Assert.Equal(CaptureKind.Frame, f.Kind));

        Write("timelapse.mp4", [0, 0, 0, 24, .. "ftypisom"u8]);
        Write("Light_001.txt", "gain 120\n"u8);
        Write("R/Light_001.png.json", "{}"u8);
        Write("ImageMetaData.json", "[]"u8);
        Write("Thumbs.db", [0xD0, 0xCF, 0x11, 0xE0]);
        var rest = (await TakenAsync(8)).Where(c => c.Kind != CaptureKind.Frame).ToDictionary(c => c.FileName);
        Assert.Equal(CaptureKind.Video, rest["timelapse.mp4"].Kind);
        Assert.Equal(4, rest.Values.Count(c => c.Kind == CaptureKind.Sidecar));
        Assert.Equal(frames.Single(f => f.Folder is null).Id, rest["Light_001.txt"].PartOf);
        Assert.Equal(frames.Single(f => f.Folder?.ToString() == "R").Id, rest["Light_001.png.json"].PartOf);
        Assert.Null(rest["ImageMetaData.json"].PartOf);
    }

    [Fact]
    public async Task What_was_written_before_its_frame_belongs_to_it_too()
    {
        Write("Light_002.json", "{}"u8);
        Write("night.log", "dark\n"u8);
        await TakenAsync(2);
        Write("Light_002.png", Png);
        var frame = (await TakenAsync(3)).Single(c => c.Kind == CaptureKind.Frame);
        await Eventually.HoldsAsync(
            async () => (await TakenAsync(3)).Single(c => c.FileName == "Light_002.json").PartOf == frame.Id, "the sidecar's frame");
        Assert.Null((await TakenAsync(3)).Single(c => c.FileName == "night.log").PartOf);
    }

    [Fact]
    public async Task What_lies_beside_a_frame_of_another_night_belongs_to_it()
    {
        Write("Light_003.fits", OfAugust);
        var frame = (await TakenAsync(1)).Single();
        Assert.StartsWith("2026-08-1", frame.Session.Value, StringComparison.Ordinal);
        Write("Light_003.xmp", "<x/>"u8);
        var after = (await TakenAsync(2)).Single(c => c.Kind == CaptureKind.Sidecar);
        Assert.Equal((frame.Id, frame.Session), (after.PartOf, after.Session));

        Write("Light_004.xmp", "<y/>"u8); // before its frame: it stays in the session of its own time
        var before = (await TakenAsync(3)).Single(c => c.FileName == "Light_004.xmp");
        Write("Light_004.fits", [.. OfAugust, .. new byte[2880]]);
        frame = (await TakenAsync(4)).Single(c => c.FileName == "Light_004.fits");
        await Eventually.HoldsAsync(
            async () => (await Catalogue.Captures.FindAsync(before.Id, default))!.PartOf == frame.Id, "the sidecar's frame");
    }

    [Fact]
    public async Task What_is_excluded_is_left_where_it_is_and_listed_with_the_reason()
    {
        Write("flats/flat.png", Png);
        Write("a.BAK", Png);
        File.CreateSymbolicLink(Path.Combine(Watched, "link.bak"), "/dev/null");
        Write("a.png", Png);
        Assert.Equal("a.png", Assert.Single(await TakenAsync(1)).FileName);
        await Eventually.HoldsAsync(async () => (await RefusalsAsync()).Count == 3, "all three to be refused");
        Assert.All(await RefusalsAsync(), r => Assert.Equal(RefusalCode.Excluded, r.Code));
    }

    [Theory]
    [InlineData("night.log")]
    [InlineData("ImageMetaData.json")]
    [InlineData("Light_001.xmp")]
    public async Task A_sidecar_that_is_written_again_after_each_frame_is_kept_now_and_then_and_as_it_is_at_the_end(string name)
    {
        var quiet = TimeSpan.FromSeconds(1);
        await RestartAsync(o => o with { Watch = [o.Watch[0] with { Quiet = quiet, QuietDoubtful = quiet }] });
        var content = "";
        for (var frame = 1; frame <= 30; frame++)
        {
            Write(name, System.Text.Encoding.UTF8.GetBytes(content += $"exposure {frame}\n"));
            Write($"{frame}.raw", [0xFF, 0xFE, (byte)frame]); // rests as long as the sidecar: then that was decided about
            await PassAsync(all => all.Any(c => c.FileName == $"{frame}.raw"));
        }

        await PassAsync(all => all.Any(c => c.SizeBytes == content.Length));
        var kept = (await Catalogue.Captures.NewestAsync(1000, default)).Count(c => c.Kind == CaptureKind.Sidecar);
        Assert.InRange(kept, 3, 20);
    }

    private async Task PassAsync(Func<IReadOnlyList<CaptureRecord>, bool> until) => await Eventually.HoldsAsync(async () =>
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        return until(await Catalogue.Captures.NewestAsync(1000, default));
    }, "what is awaited");

    private static byte[] OfAugust => System.Text.Encoding.ASCII.GetBytes(string.Concat(
        ((string[])["SIMPLE  =                    T", "BITPIX  =                    8", "NAXIS   =                    0",
            "DATE-OBS= '2026-08-12T23:15:03'", "END"]).Select(c => c.PadRight(80))).PadRight(2880));

    private Task<IReadOnlyList<RefusalRecord>> RefusalsAsync() => Catalogue.Intake.RefusalsAsync(10, default);

    private void Write(string path, ReadOnlySpan<byte> content)
    {
        var full = Path.Combine(Watched, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        // Without a time of rest half a file would be a version of its own.
        var whole = Path.Combine(Options.Data, "whole");
        File.WriteAllBytes(whole, content);
        File.Move(whole, full, overwrite: true);
    }

    private async Task<IReadOnlyList<CaptureRecord>> TakenAsync(int count)
    {
        IReadOnlyList<CaptureRecord> taken = [];
        await Eventually.HoldsAsync(async () => (taken = await Catalogue.Captures.NewestAsync(100, default)).Count == count,
            $"{count} captures");
        return taken;
    }
}
