namespace Wanda.Ipfs;

/// <summary>The text encodings in use for CIDs, each with the prefix that multibase gives it.</summary>
public enum MultibaseEncoding
{
    /// <summary>Prefix <c>b</c>, RFC 4648 without padding: the default for CIDv1.</summary>
    Base32,

    /// <summary>Prefix <c>k</c>: the usual form of IPNS names, short enough for a DNS label.</summary>
    Base36,

    /// <summary>Prefix <c>z</c>; without the prefix it is how a CIDv0 is written.</summary>
    Base58Btc,

    /// <summary>Prefix <c>f</c>.</summary>
    Base16,
}
