using System.Globalization;
using Wanda.Imaging;

namespace Wanda.CaptureProducer.Tests.Intake;

/// <summary>When an exposure began is said by what can be true, never guessed; what is assumed or not believed is remarked on.</summary>
public class ExposureTimeTests
{
    private static readonly DateTimeOffset FileTime = new(2026, 11, 20, 23, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_a_header_says_is_taken_without_a_remark()
    {
        var exposure = Of([Utc("2026-11-20T22:15:03")]);
        Assert.Equal((At("2026-11-20T22:15:03"), "DATE-OBS"), (exposure.Start, exposure.From));
        Assert.Empty(exposure.Remarks);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00", "before 1990")]
    [InlineData("1926-11-03T04:05:06", "before 1990")]
    [InlineData("1989-12-31T23:59:59", "before 1990")]
    [InlineData("2026-11-21T23:00:01", "more than a day after the file's own time")]
    [InlineData("9999-12-31T23:59:59", "more than a day after the file's own time")]
    public void What_cannot_be_true_is_not_believed_and_said(string text, string why)
    {
        var exposure = Of([Utc(text)]);
        Assert.Equal((FileTime, "file time"), (exposure.Start, exposure.From));
        Assert.Contains(exposure.Remarks, r => r.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void The_next_statement_is_asked_and_the_first_is_remarked_on()
    {
        var exposure = Of([Unread("DATE-OBS", "20-NOV-26"), Utc("1858-11-17T00:00:00") with { Source = "MJD-OBS" },
            Utc("2026-11-20T22:15:03") with { Source = "JD" }]);
        Assert.Equal((At("2026-11-20T22:15:03"), "JD"), (exposure.Start, exposure.From));
        Assert.Equal(["DATE-OBS '20-NOV-26' is no date.", "MJD-OBS says 1858-11-17 00:00:00 UTC: before 1990, and not believed."],
            exposure.Remarks);
    }

    [Fact]
    public void A_time_without_a_zone_is_the_nodes_with_a_remark()
    {
        var local = new TimeStatement("EXIF DateTimeOriginal", "2026:11:20 19:15:03") { Clock = new(2026, 11, 20, 19, 15, 3) };
        var exposure = Of([local]);
        Assert.Equal(At("2026-11-20T22:15:03"), exposure.Start);
        Assert.Contains("no time zone", Assert.Single(exposure.Remarks));
        // Where the calendar ends, a zone leads out of it.
        Assert.Equal(FileTime, Of([local with { Clock = DateTime.MaxValue }]).Start);
        Assert.Equal(FileTime, Of([local with { Clock = DateTime.MinValue }]).Start);
    }

    [Theory]
    [InlineData("FF_XX0001_20261120_221503_123_0000512.fits", "2026-11-20T22:15:03.123")]
    [InlineData("FF_XX0001_20261120_221503_123_0000512.fits.fz", "2026-11-20T22:15:03.123")]
    [InlineData("FF499_20261120_221503_353_0005120.bin", "2026-11-20T22:15:03.353")]
    [InlineData("FS_US9999_20261120_221503_867370_1054720_fieldsum.bin", "2026-11-20T22:15:03.867370")]
    [InlineData("FR_HR000K_20261120_221503_001_0000000.bin", "2026-11-20T22:15:03.001")]
    public void Names_of_meteor_recorders_hold_the_time(string name, string expected)
    {
        var exposure = Of([Missing], name);
        Assert.Equal((At(expected), "file name"), (exposure.Start, exposure.From));
        Assert.Empty(exposure.Remarks);
        Assert.Equal("DATE-OBS", Of([Utc("2026-11-20T22:15:03")], name).From);
    }

    [Theory]
    [InlineData("capture_0001.jpg")]
    [InlineData("image_20261120_221503_123.jpg")]
    [InlineData("M31_Light_20261120_221503_123_0000512.fits")]
    [InlineData("FF_XX0001_20261320_221503_123_0000512.fits")]
    [InlineData("FF_XX0001_20261120_221503_123")]
    public void Other_names_hold_none(string name) => Assert.Equal("file time", Of([], name).From);

    [Fact]
    public void A_missing_date_is_remarked_on_where_there_should_be_one()
    {
        Assert.Contains("DATE-OBS is not in the header.", Of([Missing]).Remarks);
        Assert.Empty(Of([]).Remarks);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1969-12-31T23:59:59")]
    [InlineData("1980-01-01T00:00:00")]
    [InlineData("0001-01-01T00:00:00")]
    [InlineData("9999-12-31T23:59:59")]
    public void A_file_time_that_cannot_be_neither_stops_nor_refutes_anything(string? written)
    {
        var now = new JumpingTime();
        DateTimeOffset? file = written is null ? null : At(written);
        Assert.Equal("intake", ExposureTime.Of([], "a.fits", file, now).From);
        var said = now.GetUtcNow().AddHours(-1);
        var statement = new TimeStatement("DATE-OBS", "x") { Clock = said.UtcDateTime, Offset = TimeSpan.Zero };
        Assert.Equal(said, ExposureTime.Of([statement], "a.fits", file, now).Start);
    }

    [Theory]
    [InlineData("2026-12-24T00:00:00")]
    [InlineData("2106-02-07T06:28:16")]
    public void A_time_ahead_of_the_nodes_clock_is_remarked_on(string written)
    {
        Assert.Contains("ahead of this machine's clock", Assert.Single(RemarksOn()));
        Assert.Contains("ahead of this machine's clock", Assert.Single(RemarksOn(Utc(written))));
        Assert.Empty(RemarksOn(Utc("2026-11-20T22:15:03")));

        IReadOnlyList<string> RemarksOn(params TimeStatement[] said) =>
            ExposureTime.Of(said, "a.jpg", At(written), new Cordoba()).Remarks;
    }

    private static TimeStatement Missing => Unread("DATE-OBS", "") with { Problem = "is not in the header" };

    private static TimeStatement Unread(string source, string text) => new(source, text) { Problem = "is no date" };

    private static TimeStatement Utc(string text) =>
        new("DATE-OBS", text) { Clock = At(text).UtcDateTime, Offset = TimeSpan.Zero };

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static ExposureTime Of(IReadOnlyList<TimeStatement> said, string name = "light_0001.fits") =>
        ExposureTime.Of(said, name, FileTime, new Cordoba());

    /// <summary>Three hours behind UTC, with no daylight saving time; an hour after the file was written.</summary>
    private sealed class Cordoba : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => FileTime.AddHours(1);

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.CreateCustomTimeZone("Cordoba", TimeSpan.FromHours(-3), null, null);
    }
}
