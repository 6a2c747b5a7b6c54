namespace Wanda.Ipfs;

/// <summary>The hash functions of the multihash table that this library can compute and so verify.</summary>
public enum HashFunction : ulong
{
    /// <summary>The digest is the data itself; at most <see cref="Multihash.MaxIdentityBytes"/> bytes.</summary>
    Identity = 0x00,

    /// <summary>SHA-256, 32 bytes: what every importer writes by default.</summary>
    Sha256 = 0x12,

    /// <summary>SHA-512, 64 bytes: verified when met, never written.</summary>
    Sha512 = 0x13,
}
