using System.Globalization;
using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Reading;

/// <summary>What a FITS header says of the beginning of an exposure is what the standard says that it says, or nothing.</summary>
public class FitsTimeTests
{
    [Theory]
    [InlineData("2026-11-20T22:15:03.25", "DATE-OBS= '2026-11-20T22:15:03.25'")]
    [InlineData("2026-11-20T22:15:03", "DATE-OBS= '2026-11-20T22:15:03Z'")]
    [InlineData("2026-11-20T22:15:03", "DATE-OBS= '2026-11-21T00:15:03+02:00'")]
    [InlineData("2026-11-20T22:15:03", "DATE-OBS= '2026-11-20T19:15:03-03'")]
    [InlineData("2026-11-20T22:15:03", "DATE-OBS= '2026-11-20T22:15:03 UTC'")]
    [InlineData("2026-11-20T22:15:03", "DATE-OBS= '2026-11-20 22:15:03'")]
    [InlineData("2026-11-20T22:15:00", "DATE-OBS= '2026-11-20T22:15'")]
    [InlineData("2026-11-20T22:15:03.5", "DATE-OBS= '2026-11-20'", "UT      = '22:15:03.5'")]
    [InlineData("2026-11-20T22:15:03", "DATE-OBS= '2026-11-20'", "UTSTART = '22:15:03'")]
    [InlineData("2026-11-20T22:15:03", "DATE-OBS= '2026-11-20'", "TIME-OBS= '22:15:03'")]
    [InlineData("1996-11-03T04:05:06", "DATE-OBS= '03/11/96'", "TIME-OBS= '04:05:06'")] // the day first
    [InlineData("1926-11-03T04:05:06", "DATE-OBS= '03/11/26'", "TIME-OBS= '04:05:06'")] // always 19YY
    [InlineData("2026-11-20T22:15:03", "DATE-BEG= '2026-11-20T22:15:03'")]
    [InlineData("2026-11-20T22:15:03", "date-obs= '2026-11-20T22:15:03'")]
    [InlineData("2017-01-01T00:00:00", "DATE-OBS= '2016-12-31T23:59:60'")] // a leap second
    [InlineData("2026-11-20T22:16:00.5", "DATE-OBS= '2026-11-20T22:15:60.5'")]
    [InlineData("2026-11-21T00:00:00", "DATE-OBS= '2026-11-20T24:00:00'")]
    [InlineData("2026-11-20T22:15:03", "MJD-OBS =   61364.92711805556")]
    [InlineData("2026-11-20T22:15:03", "MJD-BEG = '61364.92711805556'")]
    [InlineData("2026-11-20T22:15:03", "JD      = 2461365.4271180557D0")]
    [InlineData("2026-11-20T22:15:03", "DATE-OBS= '20-NOV-26'", "MJD-OBS =   61364.92711805556")]
    [InlineData("2026-11-20T22:14:26", "TIMESYS = 'TAI'", "DATE-OBS= '2026-11-20T22:15:03'")]
    [InlineData("2026-11-20T22:13:53.816", "TIMESYS = 'TT'", "DATE-OBS= '2026-11-20T22:15:03'")]
    [InlineData("2026-11-20T22:13:53.816", "TIMESYS = 'TT(TAI)'", "DATE-OBS= '2026-11-20T22:15:03'")]
    [InlineData("2026-11-20T22:15:03", "TIMESYS = 'UTC(NIST)'", "DATE-OBS= '2026-11-20T22:15:03'")]
    [InlineData("2026-11-20T22:14:45", "TIMESYS = 'GPS'", "DATE-OBS= '2026-11-20T22:15:03'")]
    [InlineData("1995-06-01T00:00:00", "TIMESYS = 'TAI'", "DATE-OBS= '1995-06-01T00:00:29'")]
    [InlineData("0001-01-01T00:00:00", "DATE-OBS= '0001-01-01T00:00:00'")]
    public async Task A_date_with_one_meaning_is_read(string expected, params string[] cards) => Assert.Equal(
        DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), (await ReadAsync(cards)).TakenAt);

    [Theory]
    [InlineData("DATE-OBS= '20-NOV-26'")]
    [InlineData("DATE-OBS= '11/20/2026'")]
    [InlineData("DATE-OBS= '20/11/2026'")]
    [InlineData("DATE-OBS= '2026/11/20T22:15:03'")]
    [InlineData("DATE-OBS= '22:15:03'")]
    [InlineData("DATE-OBS= '2026-11-20'")] // the day alone is not midnight
    [InlineData("DATE-OBS= '31/11/96'", "UT      = '01:00:00'")]
    [InlineData("DATE-OBS= '2026-02-29T01:00:00'")]
    [InlineData("DATE-OBS= '2026-11-20T25:00:00'")]
    [InlineData("DATE-OBS= '2026-11-20T24:00:01'")]
    [InlineData("DATE-OBS= '2026-11-20T23:60:00'")]
    [InlineData("DATE-OBS= '0000-00-00T00:00:00'")]
    [InlineData("DATE-OBS= '99999-01-01T00:00:00'")]
    [InlineData("DATE-OBS= '9999-12-31T24:00:00'")]
    [InlineData("DATE-OBS= '9999-12-31T23:59:60'")]
    [InlineData("DATE-OBS= '2026-11-20T22:15:03+99:00'")]
    [InlineData("DATE-OBS= '2026-11-20T22:15:03+2'")]
    [InlineData("DATE-OBS= '2026-11-20T22:15:03 UTC+1'")]
    [InlineData("DATE-OBS= '2026-11-20T22:15:03'", "TIMESYS = '(TAI)'")]
    [InlineData("DATE-OBS= '2026-11-20T22:15:03'", "TIMESYS = 'TCB'")]
    [InlineData("MJD-OBS = 1E400")]
    [InlineData("MJD-OBS = NaN")]
    [InlineData("JD      = -1E308")]
    [InlineData("DATE-AVG= '2026-11-20T22:15:03'")] // its middle
    public async Task What_has_two_meanings_or_none_is_not_read_and_said(params string[] cards)
    {
        var metadata = await ReadAsync(cards);
        Assert.Null(metadata.TakenAt);
        Assert.NotNull(Assert.Single(metadata.Times).Problem);
    }

    [Fact]
    public async Task Local_time_has_no_zone()
    {
        var said = Assert.Single((await ReadAsync("TIMESYS = 'local'", "DATE-OBS= '2026-11-20T22:15:03'")).Times);
        Assert.Equal((new DateTime(2026, 11, 20, 22, 15, 3), null, null), (said.Clock, said.Offset, said.Problem));
    }

    [Fact]
    public async Task A_compressed_frame_has_the_header_of_its_image() => Assert.Equal(
        new DateTimeOffset(2026, 3, 1, 2, 3, 4, 567, TimeSpan.Zero),
        (await FrameHeaders.ReadAsync(Fixture.Path("fpack-rice.fits.fz"))).TakenAt);

    private static Task<Imaging.Fits.FrameMetadata> ReadAsync(params string[] cards) =>
        FrameHeaders.ReadAsync(new MemoryStream(Frames.Image(16, 0, 0, cards)));
}
