using FsCheck.Fluent;

namespace Wanda.Ipfs.Tests.Keys;

[Trait("Rerun", "Never")]
public class NodeKeyTests
{
    // RFC 8032, section 7.1, test 1 and test 2.
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    public void Signs_the_vectors_of_RFC_8032(string seed, string publicKey, string message, string signature)
    {
        var key = NodeKey.FromSeed(Convert.FromHexString(seed));

        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey.Raw));
        Assert.Equal(signature, Convert.ToHexStringLower(key.Sign(Convert.FromHexString(message))));
        Assert.True(key.PublicKey.Verify(Convert.FromHexString(message), Convert.FromHexString(signature)));
    }

    [Fact]
    public void A_changed_bit_anywhere_breaks_the_signature()
    {
        var key = SampleKey.Load();
        byte[] message = [1, 2, 3];
        byte[] signature = key.Sign(message);

        Prop.ForAll(Gen.Choose(0, 64 * 8 - 1).ToArbitrary(), bit =>
        {
            byte[] changed = [.. signature];
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            return !key.PublicKey.Verify(message, changed);
        }).MustHold();
        Assert.False(key.PublicKey.Verify([1, 2, 4], signature));
        Assert.False(NodeKey.Generate().PublicKey.Verify(message, signature));
        Assert.False(key.PublicKey.Verify(message, signature.AsSpan(1)));
    }

    [Fact]
    public void Speaks_the_encoding_of_libp2p()
    {
        var key = SampleKey.Load();

        Assert.Equal(SampleKey.Private, Convert.ToHexStringLower(key.ToLibp2p()));
        Assert.Equal(SampleKey.Public, Convert.ToHexStringLower(key.PublicKey.ToLibp2p()));
        Assert.Equal(key.PublicKey, PublicKey.FromLibp2p(Convert.FromHexString(SampleKey.Public)));
    }

    [Fact]
    public void Two_generated_keys_differ() => Assert.NotEqual(NodeKey.Generate().PeerId, NodeKey.Generate().PeerId);

    [Theory]
    [InlineData("")]
    [InlineData("0801")]
    [InlineData("0801122000")]
    [InlineData("080012207e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d")]
    public void Other_bytes_are_no_key(string hex)
    {
        Assert.Throws<KeyFormatException>(() => NodeKey.FromLibp2p(Convert.FromHexString(hex)));
        Assert.Throws<KeyFormatException>(() => PublicKey.FromLibp2p(Convert.FromHexString(hex)));
    }

    [Fact]
    public void Halves_that_do_not_belong_together_are_refused()
    {
        byte[] encoded = Convert.FromHexString(SampleKey.Private);
        encoded[10] ^= 1;

        Assert.Throws<KeyFormatException>(() => NodeKey.FromLibp2p(encoded));
    }
}
