using System.Text;
using FsCheck.Fluent;

namespace Wanda.Ipfs.Tests.Cids;

[Trait("Rerun", "Never")]
public class CidTests
{
    private static readonly Multihash HelloWorld = Multihash.Sha256("hello world"u8);

    [Theory]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", Codec.Raw)]
    [InlineData("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn", Codec.DagPb)]
    [InlineData("bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354", Codec.DagPb)]
    public void Text_of_other_implementations_comes_back_unchanged(string text, Codec codec)
    {
        var cid = Cid.Parse(text);

        Assert.Equal(codec, cid.Codec);
        Assert.Equal(text[0] == 'Q' ? 0 : 1, cid.Version);
        Assert.Equal(text, cid.ToString());
        Assert.Equal(cid, Cid.FromBytes(cid.Bytes));
    }

    [Fact]
    public void A_raw_cid_is_the_hash_of_its_bytes()
    {
        var cid = Cid.V1(Codec.Raw, HelloWorld);

        Assert.Equal("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", cid.ToString());
        Assert.True(cid.Matches("hello world"u8));
        Assert.False(cid.Matches("hello worle"u8));
    }

    [Fact]
    public void Versions_differ_but_their_hash_is_one()
    {
        var v0 = Cid.V0(HelloWorld);
        var v1 = v0.ToV1();

        Assert.NotEqual(v0, v1);
        Assert.Equal(v0.Hash, v1.Hash);
        Assert.Equal(Codec.DagPb, v1.Codec);
        Assert.Throws<InvalidOperationException>(() => v0.ToString(MultibaseEncoding.Base32));
    }

    [Fact]
    public void The_default_value_is_inert()
    {
        var none = default(Cid);

        Assert.True(none.IsDefault);
        Assert.Equal("", none.ToString());
        Assert.True(none.Hash.IsDefault);
        Assert.Equal(none, default);
        Assert.Throws<ArgumentException>(() => Cid.V1(Codec.Raw, default));
        Assert.Throws<ArgumentException>(() => Cid.V0(default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("b")]
    [InlineData("Qm")]
    [InlineData("zQmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn")] // version 0 with a prefix
    [InlineData("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3N0")] // 0 is not in base58
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5")] // cut short
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5f")] // padding bits set
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5eaa")] // more follows
    [InlineData("mAXESILlNJ7mTTT4IpS5S19p9q/rEhO/jelOA7pCI96zi783p")] // base64 is not read here
    public void What_is_no_cid_is_refused(string text)
    {
        Assert.False(Cid.TryParse(text, out _));
        Assert.Throws<CidFormatException>(() => Cid.Parse(text));
    }

    [Theory]
    [InlineData("01551220")] // no digest
    [InlineData("0155121f00000000000000000000000000000000000000000000000000000000000000")] // SHA-256 cut to 31 bytes
    [InlineData("01d500122000")] // codec not in shortest form
    [InlineData("01ffffffffffffffffff011220")] // codec over 63 bits
    [InlineData("02551220")] // version 2
    [InlineData("015500ff01")] // identity of 255 bytes
    public void Bytes_that_break_a_bound_are_refused(string hex) =>
        Assert.Throws<CidFormatException>(() => Cid.FromBytes(Convert.FromHexString(hex)));

    [Fact]
    public void Case_matters_only_where_the_alphabet_has_two()
    {
        var cid = Cid.V1(Codec.Libp2pKey, HelloWorld);
        foreach (var encoding in new[] { MultibaseEncoding.Base32, MultibaseEncoding.Base36, MultibaseEncoding.Base16 })
        {
            string text = cid.ToString(encoding);
            Assert.Equal(cid, Cid.Parse(text));
            Assert.Equal(cid, Cid.Parse(text.ToUpperInvariant()));
        }

        string base58 = cid.ToString(MultibaseEncoding.Base58Btc);
        Assert.Equal(cid, Cid.Parse(base58));
        Assert.False(Cid.TryParse(base58.ToUpperInvariant(), out _));
    }

    [Fact]
    public void Every_encoding_gives_the_bytes_back() => Prop.ForAll<byte[]>(bytes =>
    {
        foreach (var encoding in Enum.GetValues<MultibaseEncoding>())
        {
            if (bytes.Length <= 200)
            {
                Assert.True(Multibase.TryDecode(Multibase.Encode(bytes, encoding), out var back));
                Assert.Equal(bytes, back);
            }
        }
    }).MustHold();

    [Fact]
    public void Any_hash_and_codec_survive_text_and_bytes() => Prop.ForAll<byte[], uint>((data, codec) =>
    {
        var hash = data.Length is > 0 and <= Multihash.MaxIdentityBytes && codec % 2 == 0
            ? Multihash.Identity(data)
            : Multihash.Sha256(data);
        var cid = Cid.V1((Codec)codec, hash);
        Assert.Equal(cid, Cid.Parse(cid.ToString()));
        Assert.Equal(cid, Cid.Read([.. cid.Bytes, 1, 2, 3], out int length));
        Assert.Equal(cid.Bytes.Length, length);
        Assert.Equal(hash, cid.Hash);
        Assert.True(cid.Matches(data));
    }).MustHold();

    [Fact]
    public void Damaged_text_and_bytes_throw_nothing_else()
    {
        var random = new Random(1);
        var sound = Cid.V1(Codec.Raw, HelloWorld);
        for (int i = 0; i < 20_000; i++)
        {
            var bytes = sound.Bytes.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            Accepts(() => Cid.FromBytes(bytes.AsSpan(0, random.Next(bytes.Length + 1))));
            var text = new StringBuilder(sound.ToString());
            text[random.Next(text.Length)] = (char)random.Next(256);
            Accepts(() => Cid.Parse(text.ToString()));
        }

        static void Accepts(Action parse)
        {
            try
            {
                parse();
            }
            catch (CidFormatException)
            {
            }
        }
    }
}
