using System.Security.Cryptography;

namespace Wanda.Ipfs.Tests.Ipns;

/// <summary>Names whose keys are not Ed25519.</summary>
public class KeyTypeTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_record_under_an_RSA_name_is_believed_for_the_key_that_it_carries()
    {
        var record = IpnsRecord.Parse(KuboRecords.Rsa);
        var name = PeerId.Parse(KuboRecords.RsaName);

        record.Validate(name, Now);
        record.Validate(PeerId.Parse(name.ToString()), Now);

        Assert.StartsWith("Qm", name.ToString());
        Assert.Equal(("/ipfs/bafkqaaa", TimeSpan.FromMinutes(1)), (record.Value, record.TimeToLive));
    }

    [Fact]
    public void A_changed_bit_of_what_is_signed_or_of_the_key_is_refused()
    {
        var name = PeerId.Parse(KuboRecords.RsaName);
        byte[] bytes = KuboRecords.Rsa;
        // The V1 signature, the second field, is not read.
        int signatureV1 = bytes.AsSpan().IndexOf([(byte)0x12, (byte)0x80, (byte)0x02]) + 3;

        for (int i = 0; i < bytes.Length; i++)
        {
            if (i >= signatureV1 && i < signatureV1 + 256)
                continue;
            byte[] changed = [.. bytes];
            changed[i] ^= 0x04;
            Assert.ThrowsAny<IpnsRecordException>(() => IpnsRecord.Parse(changed).Validate(name, Now));
        }
    }

    [Fact]
    public void Another_key_than_the_name_is_a_hash_of_is_refused()
    {
        using var other = RSA.Create(2048);
        var name = PeerId.Parse(KuboRecords.RsaName);

        Assert.Throws<IpnsSignatureException>(() => Signed(other).Validate(name, Now));
        Assert.Throws<IpnsSignatureException>(() => IpnsRecord.Parse(KuboRecords.Rsa).Validate(NameOf(other), Now));
        Signed(other).Validate(NameOf(other), Now);
    }

    [Fact]
    public void A_record_that_does_not_carry_the_key_is_refused()
    {
        var record = IpnsRecord.Create(NodeKey.Generate(), "/ipfs/bafkqaaa", 1, Now.AddDays(1));

        Assert.Throws<IpnsSignatureException>(() => record.Validate(PeerId.Parse(KuboRecords.RsaName), Now));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(4104)]
    public void RSA_keys_of_other_sizes_are_not_checked(int bits)
    {
        using var rsa = RSA.Create(bits);

        var refusal = Assert.Throws<IpnsKeyNotSupportedException>(() => Signed(rsa).Validate(NameOf(rsa), Now));

        Assert.Contains($"{bits} bits; 2048 to 4096", refusal.Message);
    }

    [Fact]
    public void Another_type_is_told_by_its_name()
    {
        var refusal = Assert.Throws<IpnsKeyNotSupportedException>(
            () => IpnsRecord.Parse(KuboRecords.Secp256k1).Validate(PeerId.Parse(KuboRecords.Secp256k1Name), Now));
        Assert.Contains("secp256k1", refusal.Message);

        // An ECDSA key is too long to be its own name.
        byte[] ecdsa = [0x08, 0x03, 0x12, 0x01, 0x00];
        refusal = Assert.Throws<IpnsKeyNotSupportedException>(() => Carrying(ecdsa, []).Validate(NameOf(ecdsa), Now));
        Assert.Contains("ECDSA", refusal.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("08")]
    [InlineData("0800")]
    [InlineData("080012")]
    [InlineData("080012ffffffff7f")]
    [InlineData("0800120130")]
    [InlineData("08001202300000")]
    public void What_is_no_key_is_refused_with_a_documented_exception(string hex)
    {
        byte[] key = Convert.FromHexString(hex);

        Assert.Throws<IpnsKeyNotSupportedException>(() => Carrying(key, new byte[256]).Validate(NameOf(key), Now));
    }

    private static IpnsRecord Signed(RSA key)
    {
        byte[] data = Data(Template());
        return Carrying(Encoded(key),
            key.SignData([.. "ipns-signature:"u8, .. data], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    // Of a field that comes twice the last one counts.
    private static IpnsRecord Carrying(byte[] key, byte[] signature) =>
        IpnsRecord.Parse([.. Template(), .. Field(0x3a, key), .. Field(0x42, signature)]);

    private static byte[] Template() =>
        IpnsRecord.Create(NodeKey.Generate(), "/ipfs/bafkqaaa", 1, Now.AddDays(1)).Bytes.ToArray();

    // The last field; a map of five that begins with "TTL".
    private static byte[] Data(byte[] record) => record[record.AsSpan().LastIndexOf([(byte)0xa5, (byte)0x63, (byte)'T'])..];

    private static PeerId NameOf(RSA key) => NameOf(Encoded(key));

    private static PeerId NameOf(byte[] key) => PeerId.Parse(Cid.V1(Codec.Libp2pKey, Multihash.Sha256(key)).ToString());

    private static byte[] Encoded(RSA key) => [0x08, 0x00, .. Field(0x12, key.ExportSubjectPublicKeyInfo())];

    private static byte[] Field(byte tag, byte[] value) =>
        [tag, (byte)(value.Length & 0x7f | 0x80), (byte)(value.Length >> 7), .. value];
}
