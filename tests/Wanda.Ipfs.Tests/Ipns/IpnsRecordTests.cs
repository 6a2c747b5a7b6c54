using FsCheck.Fluent;
using Wanda.Ipfs.Tests.Keys;

namespace Wanda.Ipfs.Tests.Ipns;

[Trait("Rerun", "Never")]
public class IpnsRecordTests
{
    private const string Path = "/ipfs/bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset ValidUntil = DateTimeOffset.UnixEpoch.AddSeconds(2_000_000_000).AddTicks(1_234_567);

    private readonly NodeKey _key = SampleKey.Load();

    [Fact]
    public void Is_byte_for_byte_what_npm_ipns_makes()
    {
        var record = IpnsRecord.Create(_key, Path, 7, ValidUntil, TimeSpan.FromMinutes(1));

        Assert.Equal(Fixtures.V1AndV2, Convert.ToHexStringLower(record.Bytes.Span));
    }

    [Fact]
    public void Says_what_was_put_in()
    {
        var record = IpnsRecord.Parse(IpnsRecord.Create(_key, Path, ulong.MaxValue, ValidUntil).Bytes.Span);

        record.Validate(_key.PeerId, Now);
        Assert.Equal(Path, record.Value);
        Assert.Equal(ulong.MaxValue, record.Sequence);
        Assert.Equal(ValidUntil, record.ValidUntil);
        Assert.Equal(IpnsRecord.DefaultTimeToLive, record.TimeToLive);
    }

    [Fact]
    public void A_V2_only_record_of_another_implementation_is_believed()
    {
        var record = IpnsRecord.Parse(Convert.FromHexString(Fixtures.V2Only));

        record.Validate(_key.PeerId, Now);
        Assert.Equal(Path, record.Value);
        Assert.Equal((1ul << 53) + 1, record.Sequence);
    }

    [Fact]
    public void Another_name_does_not_own_it()
    {
        var record = IpnsRecord.Create(_key, Path, 1, ValidUntil);

        Assert.Throws<IpnsSignatureException>(() => record.Validate(NodeKey.Generate().PeerId, Now));
    }

    [Fact]
    public void It_is_valid_to_the_end_and_no_longer()
    {
        var record = IpnsRecord.Create(_key, Path, 1, ValidUntil);

        record.Validate(_key.PeerId, ValidUntil);
        var refusal = Assert.Throws<IpnsRecordExpiredException>(() => record.Validate(_key.PeerId, ValidUntil.AddTicks(1)));
        Assert.Equal(ValidUntil, refusal.ValidUntil);
    }

    [Fact]
    public void No_changed_bit_gets_past_parsing_and_signature()
    {
        byte[] bytes = IpnsRecord.Create(_key, Path, 7, ValidUntil).Bytes.ToArray();
        // The V1 signature is not read any more, so its bits alone do not count.
        int signatureV1 = bytes.AsSpan().IndexOf([(byte)0x12, (byte)0x40]) + 2;

        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            if (bit / 8 >= signatureV1 && bit / 8 < signatureV1 + 64)
                continue;
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            AssertUnharmed(changed);
        }
    }

    [Fact]
    public void Whatever_comes_over_the_wire_is_refused_with_a_documented_exception()
    {
        var noise = ArbMap.Default.ArbFor<byte[]>();
        Prop.ForAll(noise, bytes => Refused(bytes)).MustHold();

        byte[] record = IpnsRecord.Create(_key, Path, 7, ValidUntil).Bytes.ToArray();
        for (int length = 0; length < record.Length; length++)
            Assert.True(Refused(record[..length]), $"cut at {length}");
    }

    [Fact]
    public void A_record_above_10_KiB_is_neither_made_nor_read()
    {
        Assert.Throws<IpnsRecordMalformedException>(() => IpnsRecord.Parse(new byte[IpnsRecord.MaxBytes + 1]));
        Assert.Throws<ArgumentException>(() => IpnsRecord.Create(_key, "/" + new string('x', IpnsRecord.MaxBytes), 1, ValidUntil));
        Assert.Throws<ArgumentException>(() => IpnsRecord.Create(_key, "bafy", 1, ValidUntil));
    }

    [Fact]
    public void The_higher_sequence_wins_then_the_longer_validity()
    {
        var old = IpnsRecord.Create(_key, Path, 1, ValidUntil.AddDays(9));
        var newer = IpnsRecord.Create(_key, Path, 2, ValidUntil);
        var renewed = IpnsRecord.Create(_key, Path, 2, ValidUntil.AddDays(1));

        Assert.Equal([old, newer, renewed], new[] { renewed, old, newer }.Order());
        Assert.Equal(0, newer.CompareTo(IpnsRecord.Parse(newer.Bytes.Span)));
    }

    // A changed record is refused, or (where the change hit a field nobody reads) still says the same.
    private void AssertUnharmed(byte[] bytes)
    {
        try
        {
            var record = IpnsRecord.Parse(bytes);
            record.Validate(_key.PeerId, Now);
            Assert.Equal((Path, 7ul, ValidUntil), (record.Value, record.Sequence, record.ValidUntil));
        }
        catch (IpnsRecordException)
        {
        }
    }

    private bool Refused(byte[] bytes)
    {
        try
        {
            IpnsRecord.Parse(bytes).Validate(_key.PeerId, Now);
            return false;
        }
        catch (IpnsRecordException)
        {
            return true;
        }
    }
}
