using System.Globalization;
using System.Text;
using System.Text.Json;
using Wanda.Catalog;
using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer.Tests.Intake;

/// <summary>Law 8: a file that tells nothing, or nonsense, is still a frame.</summary>
[Trait("Rerun", "Never")]
public class FrameReaderTests
{
    private static readonly DateTimeOffset FileTime = new(2026, 11, 20, 23, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_metadata_says_how_the_time_was_found_and_what_was_remarked()
    {
        var reading = await ReadAsync("DATE-OBS= '03/11/26'", "EXPTIME = 120,5", "OBJECT  = 'M 31'");
        Assert.Equal(FileTime, reading.TakenAt);
        using var json = JsonDocument.Parse(reading.Metadata);
        Assert.Equal(("file time", 120.5), (json.RootElement.GetProperty("takenFrom").GetString(),
            json.RootElement.GetProperty("exposureSeconds").GetDouble()));
        Assert.Equal(3, json.RootElement.GetProperty("remarks").GetArrayLength()); // the day alone, the file's time, the comma
        Assert.False(json.RootElement.TryGetProperty("times", out _));
    }

    [Fact]
    public async Task What_is_no_image_has_its_files_time()
    {
        var reading = await FrameReader.ReadAsync(new MemoryStream([1, 2, 3]), "a.bin", FileTime, TimeProvider.System, default);
        Assert.Equal((FileTime, """{"takenFrom":"file time"}"""), (reading.TakenAt, reading.Metadata));
    }

    /// <summary>Law 12: whoever reads one header more says here whether others read it too.</summary>
    [Fact]
    public async Task Of_a_whole_header_the_archive_tells_no_place_person_or_serial_number()
    {
        var reading = await ReadAsync("DATE-OBS= '2026-11-20T22:15:03'", "EXPTIME = 120", "GAIN    = 1", "OFFSET  = 1", "CCD-TEMP= 1",
            "SET-TEMP= 1", "FILTER  = 'L'", "OBJECT  = 'M 31'", "IMAGETYP= 'LIGHT'", "BAYERPAT= 'RGGB'", "XBAYROFF= 1", "YBAYROFF= 1",
            "ROWORDER= 'TOP-DOWN'", "XBINNING= 1", "YBINNING= 1", "XPIXSZ  = 1", "FOCALLEN= 1", "INSTRUME= 'ASI2600'", "TELESCOP= 'RC8'",
            "OBJCTRA = '1 2 3'", "OBJCTDEC= '1 2 3'", "SITELAT = -31.4", "SITELONG= -64.2", "AIRMASS = 1.1", "FOCUSPOS= 1",
            "PIERSIDE= 'EAST'", "OBSERVER= 'Ana'", "CAMSERNO= '0815'", "ISOSPEED= 1", "OBSGEO-B= -31.4", "LAT-OBS = -31.4");
        string[] left = ["siteLatitude", "siteLongitude", "airMass", "observer", "cameraSerial"];
        var all = JsonDocument.Parse(reading.Metadata).RootElement.EnumerateObject().Select(p => p.Name).ToList();
        // All that is read, but for the times and the remarks; takenFrom is ours.
        Assert.Equal(typeof(FrameMetadata).GetProperties().Length - 3 + 1, all.Count);
        Assert.Equal(all.Except(left).Order(), PublishedHeaders.Of(reading.Metadata, [])!.Select(p => p.Key).Order());
    }

    /// <summary>No camera's driver and no header makes the serializer throw.</summary>
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.MaxValue)]
    public void Numbers_that_json_has_no_word_for_are_left_out(double number) =>
        Assert.NotNull(JsonDocument.Parse(FrameReader.ToJson(new FrameMetadata { Gain = number, ExposureSeconds = 1 })));

    [Fact]
    public Task Any_header_gives_a_time_of_this_age_and_json() => Seed.RunAsync(async random =>
    {
        string[] keywords =
        [
            "DATE-OBS", "DATE-BEG", "UT", "TIMESYS", "MJD-OBS", "JD", "EXPTIME", "OBJCTRA", "SITELAT", "OBJECT", "CONTINUE",
        ];
        string[] values =
        [
            "NaN", "1E400", "Infinity", "'0001-01-01T00:00:00'", "'9999-12-31T23:59:59'", "'99999-01-01T00:00:00'", "'LOCAL'", "'TAI'",
            "'1970-01-01T00:00:00-14:00'", "-1E300", "2461365.4", $"'{new string('9', 60)}&'", "'\ud800'", "\u0001", "'12:30:60'",
        ];
        for (var round = 0; round < 2000; round++)
        {
            var reading = await ReadAsync([.. Enumerable.Range(0, random.Next(1, 30))
                .Select(_ => $"{keywords[random.Next(keywords.Length)],-8}= {values[random.Next(values.Length)]}")]);
            Assert.InRange(reading.TakenAt, new(1990, 1, 1, 0, 0, 0, default), FileTime.AddDays(1));
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(reading.Metadata).RootElement.ValueKind);
        }
    });

    private static Task<FrameReading> ReadAsync(params string[] cards)
    {
        string[] all = [$"SIMPLE  = {"T",20}", $"BITPIX  = {16,20}", $"NAXIS   = {0,20}", .. cards, "END"];
        var text = string.Concat(all.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c,-80}")));
        return FrameReader.ReadAsync(new MemoryStream(Encoding.Latin1.GetBytes(text.PadRight((text.Length + 2879) / 2880 * 2880))),
            "light_0001.fits", FileTime, TimeProvider.System, default);
    }
}
