using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;
using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer.Tests.Sessions;

/// <summary>A folder that another program writes to, from its files to sessions that begin and end.</summary>
public sealed class WatchedNightTests : ProducerNode
{
    private static readonly DateTimeOffset Taken = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    private SessionName OldNight => new($"{SessionName.NightOf(Taken, Time.LocalTimeZone)}-dome");

    private protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Watch = [new WatchOptions { Path = Watched, Name = "dome", Quiet = TimeSpan.Zero, QuietDoubtful = TimeSpan.Zero }],
    };

    [Fact]
    public async Task Frames_are_copied_into_the_night_they_were_taken_in_and_the_source_is_not_touched()
    {
        var path = Path.Combine(Watched, "light.fits");
        var first = await FitsAsync(32);
        await File.WriteAllBytesAsync(path, first);
        var before = File.GetLastWriteTimeUtc(path);
        await Eventually.HoldsAsync(async () => (await FramesAsync(OldNight)).Count == 1, "the frame");
        var frame = (await FramesAsync(OldNight))[0];
        Assert.Equal(Taken, frame.TakenAt);
        Assert.Equal(first, await File.ReadAllBytesAsync(Root.Resolve(frame.Path)));
        Assert.Equal((before, first.LongLength), (File.GetLastWriteTimeUtc(path), new FileInfo(path).Length));

        // The other program writes the next frame over it.
        await File.WriteAllBytesAsync(path, await FitsAsync(48));
        await Eventually.HoldsAsync(async () => (await FramesAsync(OldNight)).Count == 2, "the second frame");
        Assert.Equal(["light.fits", "light~2.fits"], Files(OldNight));
        Assert.Equal(first, await File.ReadAllBytesAsync(Root.Resolve(frame.Path)));

        // A restart takes nothing twice.
        await StopAsync();
        await StartAsync();
        await Eventually.HoldsAsync(() => Get<CaptureProgress>().IsIdle, "the folder to be looked through");
        Assert.Equal(2, (await FramesAsync(OldNight)).Count);
    }

    [Fact]
    public async Task A_night_that_is_over_ends_and_tonight_stays_open()
    {
        await File.WriteAllBytesAsync(Path.Combine(Watched, "old.fits"), await FitsAsync(32));
        await File.WriteAllBytesAsync(Path.Combine(Watched, "tonight.bin"), [1, 2, 3]);
        var tonight = new SessionName($"{SessionName.NightOf(Time.GetUtcNow(), Time.LocalTimeZone)}-dome");
        await Eventually.HoldsAsync(
            async () => (await FramesAsync(OldNight)).Count == 1 && (await FramesAsync(tonight)).Count == 1, "both frames");
        Time.Advance(Options.Archive.Interval + TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(async () => await EndedAsync(OldNight), "the old night's end");
        var ended = await EndedAsync(tonight);
        if (SessionName.NightOf(Time.GetUtcNow(), Time.LocalTimeZone).Value == tonight.Value[..10]) // unless it is noon right now
            Assert.False(ended);

        // Noon comes, and nothing more: tonight ends too.
        Time.Advance(TimeSpan.FromHours(25));
        await Eventually.HoldsAsync(async () =>
        {
            // Who ends sessions looks every minute, and may have looked before the watch had left the night.
            Time.Advance(TimeSpan.FromMinutes(1));
            return await EndedAsync(tonight);
        }, "tonight's end");

        // A late frame opens the night again.
        await File.WriteAllBytesAsync(Path.Combine(Watched, "late.fits"), await FitsAsync(40));
        await Eventually.HoldsAsync(async () => (await FramesAsync(OldNight)).Count == 2, "the late frame");
        Assert.False(await EndedAsync(OldNight));
    }

    /// <summary>Law 8: such a date ended the whole process at every start, and the frame beside it was never taken.</summary>
    [Theory]
    [InlineData("0001-01-01T00:00:00")]
    [InlineData("9999-12-31T23:59:59")]
    public async Task A_date_at_the_end_of_the_calendar_stops_nothing(string date)
    {
        await File.WriteAllBytesAsync(Path.Combine(Watched, "bad.fits"), await FitsAsync(32, date));
        await File.WriteAllBytesAsync(Path.Combine(Watched, "good.fits"), await FitsAsync(32));
        var tonight = new SessionName($"{SessionName.NightOf(Time.GetUtcNow(), Time.LocalTimeZone)}-dome");
        await Eventually.HoldsAsync(
            async () => (await FramesAsync(tonight)).Count == 1 && (await FramesAsync(OldNight)).Count == 1, "both frames");
        Assert.Contains("not believed", (await FramesAsync(tonight))[0].Metadata);
    }

    private async Task<bool> EndedAsync(SessionName session) => (await Catalogue.Sessions.FindAsync(session, default))?.EndedAt is not null;

    private static async Task<byte[]> FitsAsync(int size, string date = "2026-03-01T02:00:00")
    {
        var file = new MemoryStream();
        var writer = await FitsWriter.StartAsync(file, size, size, new FitsHeader().Add("DATE-OBS", date));
        await writer.WriteAsync(new ushort[size * size]);
        await writer.CompleteAsync();
        return file.ToArray();
    }
}
