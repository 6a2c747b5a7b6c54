using System.Numerics;

namespace Wanda.Ipfs.Tests.Keys;

/// <summary>Signatures that nobody made, or that somebody made anew from another's: lax verifiers believe them.</summary>
/// <remarks>Source: RFC 8032, section 5.1.7; "Taming the many EdDSAs", section 5.</remarks>
public class SignatureStrictnessTests
{
    /// <summary>The points of order 1, 2, 4, 4, 8, 8, 8, 8, and their other spellings.</summary>
    private static readonly string[] SmallOrder =
    [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];

    private static readonly BigInteger GroupOrder = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");

    /// <summary>S and S + L satisfy the same equation: whoever takes both lets a stranger make a second signature of a first.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(14)]
    public void S_has_one_spelling(int times)
    {
        var key = SampleKey.Load();
        byte[] signature = key.Sign("frame"u8);
        Assert.True(key.PublicKey.Verify("frame"u8, signature));

        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true) + times * GroupOrder;
        Assert.True(s.TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true));

        Assert.False(key.PublicKey.Verify("frame"u8, signature));
    }

    /// <summary>
    /// Under a key of small order a signature can be had for a message without any secret: for some of these messages, of nearly all pairs.
    /// </summary>
    [Fact]
    public void A_key_of_small_order_has_signed_nothing() => Assert.Empty(
        from key in SmallOrder
        from commitment in SmallOrder
        from message in Enumerable.Range(0, 32)
        where new PublicKey(Convert.FromHexString(key)).Verify([(byte)message], [.. Convert.FromHexString(commitment), .. new byte[32]])
        select (key, commitment, message));

    [Fact]
    public void Points_that_are_not_on_the_curve_are_no_keys()
    {
        byte[] signature = SampleKey.Load().Sign("frame"u8);
        var key = new PublicKey([2, .. new byte[31]]);

        Assert.False(key.Verify("frame"u8, signature));
    }
}
