namespace Wanda.Ipfs.Tests.Keys;

public class PeerIdTests
{
    [Fact]
    public void Has_the_two_spellings_of_libp2p()
    {
        var id = SampleKey.Load().PeerId;

        Assert.Equal(SampleKey.PeerId, id.ToString());
        Assert.Equal(SampleKey.IpnsName, id.IpnsName);
    }

    [Theory]
    [InlineData(SampleKey.PeerId)]
    [InlineData(SampleKey.IpnsName)]
    [InlineData("/ipns/" + SampleKey.PeerId)]
    [InlineData("/ipns/" + SampleKey.IpnsName)]
    public void Reads_every_spelling(string text)
    {
        var id = PeerId.Parse(text);

        Assert.Equal(SampleKey.Load().PeerId, id);
        Assert.True(id.TryGetPublicKey(out var key));
        Assert.Equal(SampleKey.Load().PublicKey, key);
        Assert.Equal(id, PeerId.Parse(id.Cid.ToString()));
    }

    [Fact]
    public void An_id_that_is_a_hash_carries_no_key()
    {
        // An RSA peer id of the libp2p bootstrap list.
        var id = PeerId.Parse("QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN");

        Assert.False(id.TryGetPublicKey(out _));
        Assert.Equal(id, PeerId.Parse(id.IpnsName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12D3KooW")]
    [InlineData("/ipns/")]
    [InlineData("k51qzi5uqu5dgy8qsq67hbz73jqkw87l3fgf4a91qb0d9b5173tir7n4vxk1oe0")]
    [InlineData("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi")]
    [InlineData("../../etc/passwd")]
    public void Other_text_is_no_peer_id(string text)
    {
        Assert.False(PeerId.TryParse(text, out _));
        Assert.Throws<KeyFormatException>(() => PeerId.Parse(text));
    }
}
