namespace Wanda.Ipfs.Tests.Car;

/// <summary>Headers in CBOR that a CAR must not have, each a change to one that is fine.</summary>
public class CarHeaderTests
{
    // {"roots": [42(h'00…')], "version": 1} with pieces to swap.
    private const string Map = "a2";
    private const string Link = "00" + "01551220" + "0000000000000000000000000000000000000000000000000000000000000000";
    private const string Root = "d82a5825" + Link;
    private const string Roots = "65726f6f747381" + Root;
    private const string Version = "6776657273696f6e01";

    [Fact]
    public async Task The_plain_one_is_read() => Assert.Single(await RootsAsync(Map + Roots + Version));

    [Theory]
    [InlineData("a3" + Roots + Roots + Version)] // A key twice.
    [InlineData("a3" + Roots + Version + Version)]
    [InlineData("a3" + "636b657900" + Roots + Version)] // A key of somebody's own.
    [InlineData("a1" + Roots)] // No version.
    [InlineData(Map + Roots + "6776657273696f6e02")] // Version 2.
    [InlineData(Map + Roots + "6776657273696f6e20")] // Version -1.
    [InlineData(Map + Roots + "6776657273696f6e6131")] // Version "1".
    [InlineData(Map + Roots + "6776657273696f6ef93c00")] // Version 1.0 in half precision,
    [InlineData(Map + Roots + "6776657273696f6efb3ff0000000000000")] // and in double.
    [InlineData(Map + Roots + "6776657273696f6ec24101")] // Version 1 as a big number.
    [InlineData(Map + Roots + "6776657273696f6e1a00000001")] // Version 1 in four bytes,
    [InlineData(Map + Roots + "6776657273696f6e1b0000000000000001")] // and in eight.
    [InlineData(Map + Roots + "6776657273696f6e1c")] // A head that is reserved.
    [InlineData("bf" + Roots + Version + "ff")] // An indefinite map,
    [InlineData(Map + "65726f6f74739f" + Root + "ff" + Version)] // an indefinite list of roots,
    [InlineData(Map + "7f65726f6f7473ff81" + Root + Version)] // an indefinite key,
    [InlineData(Map + "65726f6f747381d82a5f4100ff" + Version)] // an indefinite root.
    [InlineData(Map + "65726f6f747381d82b4100" + Version)] // Tag 43.
    [InlineData(Map + "65726f6f7473815825" + Link + Version)] // No tag.
    [InlineData(Map + "65726f6f747381d82ad82a4100" + Version)] // A tag on a tag.
    [InlineData(Map + "65726f6f747381d82a40" + Version)] // No bytes, so no prefix either.
    [InlineData(Map + "65726f6f747381d82a4101" + Version)] // Another prefix.
    [InlineData(Map + "65726f6f747381d82a4100" + Version)] // The prefix and no CID.
    [InlineData(Map + "65726f6f747381d82a6100" + Version)] // Text for a CID.
    [InlineData(Map + "65726f6f747381" + "8181818181818181818100" + Version)] // Lists in lists.
    [InlineData(Map + "65726f6f747382" + Root + Version)] // Fewer roots than said.
    [InlineData(Map + "65726f6f74739bffffffffffffffff" + Root + Version)] // More than there can be.
    [InlineData(Map + Roots + Version + "00")] // A byte after it.
    [InlineData(Map + "45726f6f747381" + Root + Version)] // A key of bytes.
    [InlineData(Map + "65ff6f6f747381" + Root + Version)] // A key that is no UTF-8.
    [InlineData(Map + Roots)] // Cut short.
    [InlineData(Map + Version + Roots)] // Longer keys come after shorter ones.
    [InlineData(Map + Roots + "6776657273696f6e1801")] // Longer than needed: a number, in each width,
    [InlineData(Map + Roots + "6776657273696f6e190001")]
    [InlineData(Map + Roots + "780776657273696f6e01")] // and the length of a text, a list, the map.
    [InlineData(Map + "65726f6f74739801" + Root + Version)]
    [InlineData("b802" + Roots + Version)]
    [InlineData("bbffffffffffffffff")]
    [InlineData("80")]
    [InlineData("f6")]
    public async Task Anything_else_is_refused(string cbor) => await Assert.ThrowsAsync<CarFormatException>(() => RootsAsync(cbor));

    private static async Task<IReadOnlyList<Cid>> RootsAsync(string cbor)
    {
        byte[] header = Convert.FromHexString(cbor);
        using var reader = await CarReader.OpenAsync(new MemoryStream([(byte)header.Length, .. header]));
        return reader.Roots;
    }
}
