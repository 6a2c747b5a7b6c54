using Wanda.Ipfs.Tests.Keys;

namespace Wanda.Ipfs.Tests.Ipns;

/// <summary>Signed data that is not what the specification asks for, signed properly all the same.</summary>
public class IpnsDataTests
{
    // {"TTL": 0, "Value": h'2f61', "Sequence": 0, "Validity": h'…', "ValidityType": 0} with pieces to swap.
    private const string Head = "a5";
    private const string Ttl = "6354544c00";
    private const string Value = "6556616c7565422f61";
    private const string Sequence = "6853657175656e636500";
    private const string Validity = "6856616c696469747954323033332d30352d31385430333a33333a32305a";
    private const string Type = "6c56616c69646974795479706500";

    [Fact]
    public void Whole_seconds_and_no_V1_fields_are_fine()
    {
        var record = Parse(Head + Ttl + Value + Sequence + Validity + Type);

        record.Validate(SampleKey.Load().PeerId, DateTimeOffset.UnixEpoch);
        Assert.Equal("/a", record.Value);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(2_000_000_000), record.ValidUntil);
    }

    [Theory]
    [InlineData("a6" + Ttl + "6478746e64a16161820102" + Value + Sequence + Validity + Type)]
    [InlineData("a6" + Ttl + "6478746e64fb3ff0000000000000" + Value + Sequence + Validity + Type)]
    [InlineData("a6" + Ttl + "6478746e64d82a4100" + Value + Sequence + Validity + Type)]
    [InlineData("a6" + Ttl + "6478746e648181818181818100" + Value + Sequence + Validity + Type)]
    [InlineData("a6" + Ttl + "6478746e64868020f4f5f66161" + Value + Sequence + Validity + Type)]
    public void Entries_that_others_added_are_stepped_over(string cbor) => Assert.Equal("/a", Parse(cbor).Value);

    [Theory]
    [InlineData("a4" + Value + Sequence + Validity + Type)]
    [InlineData("a4" + Ttl + Sequence + Validity + Type)]
    [InlineData("a4" + Ttl + Value + Validity + Type)]
    [InlineData("a4" + Ttl + Value + Sequence + Type)]
    [InlineData("a4" + Ttl + Value + Sequence + Validity)]
    [InlineData(Head + Ttl + Value + Sequence + Validity + "6c56616c69646974795479706501")]
    [InlineData(Head + Ttl + "6556616c7565426162" + Sequence + Validity + Type)]
    [InlineData(Head + Ttl + "6556616c7565422fff" + Sequence + Validity + Type)]
    [InlineData(Head + Ttl + Value + Sequence + "6856616c696469747943303330" + Type)]
    [InlineData(Head + "6354544c1800" + Value + Sequence + Validity + Type)] // Longer than needed: a number in each width,
    [InlineData(Head + "6354544c1900ff" + Value + Sequence + Validity + Type)]
    [InlineData(Head + "6354544c1a0000ffff" + Value + Sequence + Validity + Type)]
    [InlineData(Head + "6354544c1b00000000ffffffff" + Value + Sequence + Validity + Type)]
    [InlineData(Head + "780354544c00" + Value + Sequence + Validity + Type)] // and the length of a text, bytes, the map.
    [InlineData(Head + Ttl + "6556616c756558022f61" + Sequence + Validity + Type)]
    [InlineData("b805" + Ttl + Value + Sequence + Validity + Type)]
    [InlineData("a6" + Ttl + "6478746e641800" + Value + Sequence + Validity + Type)]
    [InlineData(Head + Ttl + Value + "6853657175656e636520" + Validity + Type)] // A sequence that is negative,
    [InlineData(Head + Ttl + Value + "6853657175656e63653bffffffffffffffff" + Validity + Type)]
    [InlineData(Head + Ttl + Value + "6853657175656e6365c249010000000000000000" + Validity + Type)] // above 64 bits,
    [InlineData(Head + Ttl + Value + "6853657175656e6365fb3ff0000000000000" + Validity + Type)] // no integer.
    [InlineData(Head + Ttl + Value + "6853657175656e63651c" + Validity + Type)] // A head that is reserved.
    [InlineData(Head + Ttl + "6556616c7565622f61" + Sequence + Validity + Type)] // Text for bytes,
    [InlineData(Head + "4354544c00" + Value + Sequence + Validity + Type)] // bytes for text.
    [InlineData("a7" + Ttl + "6478746e64006478746e6400" + Value + Sequence + Validity + Type)]
    [InlineData("a6" + Ttl + Ttl + Value + Sequence + Validity + Type)]
    [InlineData(Head + Ttl + Value + Sequence + Validity + Type + "00")]
    [InlineData("bf" + Ttl + Value + Sequence + Validity + Type + "ff")] // Indefinite lengths.
    [InlineData(Head + "7f6354544cff00" + Value + Sequence + Validity + Type)]
    [InlineData(Head + Ttl + "6556616c75655f422f61ff" + Sequence + Validity + Type)]
    [InlineData("a6" + Ttl + "6478746e649fff" + Value + Sequence + Validity + Type)]
    [InlineData("a6" + Ttl + "6478746e64bfff" + Value + Sequence + Validity + Type)]
    [InlineData("a6" + Ttl + "6478746e64818181818181818100" + Value + Sequence + Validity + Type)] // A list too many.
    [InlineData("a6" + Ttl + "6478746e6481818181818181818181818100" + Value + Sequence + Validity + Type)]
    [InlineData("a6" + Ttl + "6478746e649bffffffffffffffff" + Value + Sequence + Validity + Type)]
    [InlineData(Head + Value + Ttl + Sequence + Validity + Type)] // Longer keys come after shorter ones,
    [InlineData("a6" + Ttl + "6478746e64a2616200616100" + Value + Sequence + Validity + Type)] // inside of other entries as well;
    [InlineData("a6" + Ttl + "6478746e64a2616100616100" + Value + Sequence + Validity + Type)] // none comes twice,
    [InlineData("a6" + Ttl + "6478746e64a10000" + Value + Sequence + Validity + Type)] // and all are text
    [InlineData("a6" + Ttl + "64ff746e6400" + Value + Sequence + Validity + Type)] // in UTF-8,
    [InlineData("a6" + Ttl + "6478746e6461ff" + Value + Sequence + Validity + Type)] // as other text is.
    [InlineData("a6" + Ttl + "6478746e64f93c00" + Value + Sequence + Validity + Type)] // Floats in 16 and 32 bits,
    [InlineData("a6" + Ttl + "6478746e64fa3f800000" + Value + Sequence + Validity + Type)]
    [InlineData("a6" + Ttl + "6478746e64fb7ff8000000000000" + Value + Sequence + Validity + Type)] // not a number,
    [InlineData("a6" + Ttl + "6478746e64fb7ff0000000000000" + Value + Sequence + Validity + Type)] // infinity.
    [InlineData("a6" + Ttl + "6478746e64d82b4100" + Value + Sequence + Validity + Type)] // Tag 43,
    [InlineData("a6" + Ttl + "6478746e64c11a5f5e1000" + Value + Sequence + Validity + Type)] // a time,
    [InlineData("a6" + Ttl + "6478746e64d82a4101" + Value + Sequence + Validity + Type)] // a CID without its prefix.
    [InlineData("a6" + Ttl + "6478746e64f7" + Value + Sequence + Validity + Type)] // Undefined,
    [InlineData("a6" + Ttl + "6478746e64f0" + Value + Sequence + Validity + Type)] // and other simple values.
    [InlineData("a6" + Ttl + "6478746e64f820" + Value + Sequence + Validity + Type)]
    [InlineData("bbffffffffffffffff")]
    [InlineData("80")]
    [InlineData("")]
    public void Anything_else_is_refused(string cbor) => Assert.Throws<IpnsRecordMalformedException>(() => Parse(cbor));

    private static IpnsRecord Parse(string cbor)
    {
        byte[] data = Convert.FromHexString(cbor);
        byte[] signature = SampleKey.Load().Sign([.. "ipns-signature:"u8, .. data]);
        return IpnsRecord.Parse([0x42, 64, .. signature, 0x4a, (byte)data.Length, .. data]);
    }
}
