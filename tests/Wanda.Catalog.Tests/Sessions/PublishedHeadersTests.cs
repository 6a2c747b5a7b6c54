namespace Wanda.Catalog.Tests.Sessions;

/// <summary>Law 12: of headers goes what is on a list, and of places, things and people nothing without the operator's word.</summary>
public class PublishedHeadersTests
{
    private const string Metadata = """
        {"exposureSeconds":30,"object":"M 31","siteLatitude":-31.4,"siteLongitude":-64.2,"airMass":1.1,"observer":"Ana",
        "cameraSerial":"0815","remarks":["read in America/Argentina/Cordoba"],"siteElevation":400,"takenFrom":"DATE-OBS"}
        """;

    [Theory]
    [InlineData("exposureSeconds object takenFrom")]
    [InlineData("exposureSeconds object siteLatitude siteLongitude airMass takenFrom", PrivateFact.Coordinates)]
    [InlineData("exposureSeconds object observer cameraSerial takenFrom", PrivateFact.Names, PrivateFact.Serials)]
    public void Only_what_is_on_the_list_goes(string keys, params PrivateFact[] publish) =>
        Assert.Equal(keys.Split(' '), PublishedHeaders.Of(Metadata, publish)!.Select(p => p.Key));

    [Theory]
    [InlineData("ZWO ASI2600MM Pro", "ZWO ASI2600MM Pro")]
    [InlineData("Canon EOS 6D", "Canon EOS 6D")]
    [InlineData("STL-11000M", "STL-11000M")]
    [InlineData("QHY CCD QHY268M-f3e8b2a9", "QHY CCD QHY268M-...")]
    [InlineData("Atik 460EX #0123456789", "Atik 460EX #...")]
    [InlineData("ZWO ASI2600 SN063024002345", "ZWO ASI2600 ...")]
    [InlineData("RC8 [063024002345] S/N 12345X", "RC8 [...] S/N ...")]
    [InlineData("Takahashi FSQ serial no. FS-0042", "Takahashi FSQ serial no. ...")]
    [InlineData("ATIK/ab12cd34", "ATIK/...")]
    [InlineData("Snapdragon QHY5III178M", "Snapdragon QHY5III178M")]
    [InlineData("Sony A7R3, 2 lenses", "Sony A7R3, 2 lenses")]
    public void A_serial_number_behind_a_model_stays(string instrument, string published)
    {
        var json = $$"""{"instrument":"{{instrument}}"}""";
        Assert.Equal(published, (string)PublishedHeaders.Of(json, [])!["instrument"]!);
        Assert.Equal(instrument, (string)PublishedHeaders.Of(json, [PrivateFact.Serials])!["instrument"]!);
    }

    [Fact]
    public void A_private_fact_stays_also_where_somebody_wrote_it_into_another_text()
    {
        const string Told = """
            {"object":"M 31 by Ana Perez at -31.4213 -64.1888","filter":"Ha ABC-77","siteLatitude":-31.4213,"siteLongitude":-64.18879,
            "observer":"ana perez","cameraSerial":"ABC-77","telescope":"at 31.42"}
            """;
        var published = PublishedHeaders.Of(Told, [])!.ToJsonString();
        foreach (var secret in new[] { "Perez", "31.42", "64.18", "ABC-77" })
            Assert.DoesNotContain(secret, published, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("M 31", published);
        Assert.Contains("Ana Perez at -31.4213",
            PublishedHeaders.Of(Told, [PrivateFact.Coordinates, PrivateFact.Names, PrivateFact.Serials])!.ToJsonString());
    }

    /// <summary>Law 8: a row that cannot be read keeps its session from nothing.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("{\"gain\":1e999}")]
    [InlineData("{\"gain\":{\"a\":1}}")]
    [InlineData("{\"object\":\"\\ud800\"}")]
    public void A_row_that_cannot_be_read_tells_nothing(string metadata) => Assert.Null(PublishedHeaders.Of(metadata, []));

    [Fact]
    public void A_key_that_stands_twice_counts_once() =>
        Assert.Equal(2, (double)PublishedHeaders.Of("""{"gain":1,"gain":2}""", [])!["gain"]!);
}
