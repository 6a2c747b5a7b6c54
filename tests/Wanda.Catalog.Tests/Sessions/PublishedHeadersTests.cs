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
    public void A_serial_number_behind_a_model_stays(string instrument, string published)
    {
        var json = $$"""{"instrument":"{{instrument}}"}""";
        Assert.Equal(published, (string)PublishedHeaders.Of(json, [])!["instrument"]!);
        Assert.Equal(instrument, (string)PublishedHeaders.Of(json, [PrivateFact.Serials])!["instrument"]!);
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
