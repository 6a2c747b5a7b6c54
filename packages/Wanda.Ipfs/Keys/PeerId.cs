using System.Diagnostics.CodeAnalysis;

namespace Wanda.Ipfs;

/// <summary>
/// A libp2p peer id: the multihash of a public key. It has two spellings, base58btc among peers (<c>12D3Koo…</c>) and a CIDv1 in base36
/// as an IPNS name (<c>k51…</c>). An Ed25519 key is small enough to be carried in the id itself. Immutable, compared by value.
/// </summary>
/// <remarks>Source: libp2p specs, "Peer Ids and Keys"; IPFS specs, "IPNS Record and Protocol", section "IPNS Names".</remarks>
public sealed class PeerId : IEquatable<PeerId>
{
    private const string NamespacePrefix = "/ipns/";

    private readonly Multihash _hash;

    private PeerId(Multihash hash) => _hash = hash;

    /// <summary>The multihash: the identity of the encoded key, or the SHA-256 of keys above 42 bytes (RSA).</summary>
    public Multihash Hash => _hash;

    /// <summary>The CIDv1 with codec libp2p-key.</summary>
    public Cid Cid => Cid.V1(Codec.Libp2pKey, _hash);

    /// <summary>The IPNS name: <see cref="Cid"/> in base36, without <c>/ipns/</c>.</summary>
    public string IpnsName => Cid.ToString(MultibaseEncoding.Base36);

    /// <summary>The peer id of a key.</summary>
    public static PeerId Of(PublicKey key) => new(Multihash.Identity(key.ToLibp2p()));

    /// <summary>The Ed25519 key that the id carries.</summary>
    /// <returns>False for ids that are a hash of their key, or carry a key of another type.</returns>
    public bool TryGetPublicKey([NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        if (_hash.Function != HashFunction.Identity)
            return false;
        try
        {
            key = PublicKey.FromLibp2p(_hash.Digest);
            return true;
        }
        catch (KeyFormatException)
        {
            return false;
        }
    }

    /// <summary>Reads either spelling, with or without <c>/ipns/</c>.</summary>
    /// <exception cref="KeyFormatException">Neither a peer id nor an IPNS name.</exception>
    public static PeerId Parse(string text) =>
        TryParse(text, out var id)
            ? id
            : throw new KeyFormatException($"\"{Shorten(text)}\" is neither a peer id (12D3Koo…) nor an IPNS name (k51…).");

    /// <summary>Reads either spelling without throwing.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PeerId? id)
    {
        id = null;
        if (text is null)
            return false;
        var body = text.StartsWith(NamespacePrefix, StringComparison.Ordinal) ? text.AsSpan(NamespacePrefix.Length) : text;
        // "1" and "Qm" are how base58btc identity and SHA-256 multihashes begin; neither is a multibase prefix of a CIDv1.
        if (body.StartsWith("1") || body.StartsWith("Qm"))
        {
            if (Multibase.TryDecodeBase58(body, out byte[] bytes) && TryHash(bytes, out var hash))
                id = new PeerId(hash);
        }
        else if (Cid.TryParse(body.ToString(), out var cid) && cid.Codec == Codec.Libp2pKey && TryHash(cid.Hash.Bytes, out var hash))
        {
            id = new PeerId(hash);
        }

        return id is not null;
    }

    /// <inheritdoc/>
    public bool Equals(PeerId? other) => other is not null && _hash == other._hash;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerId);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash.GetHashCode();

    /// <summary>The spelling among peers, base58btc.</summary>
    public override string ToString() => Multibase.EncodeBase58(_hash.Bytes);

    // Peer ids are identity or SHA-256 only.
    private static bool TryHash(ReadOnlySpan<byte> bytes, out Multihash hash)
    {
        hash = default;
        if (Multihash.Measure(bytes, out int length) is not null || length != bytes.Length)
            return false;
        hash = Multihash.FromBytes(bytes);
        return hash.Function is HashFunction.Identity or HashFunction.Sha256;
    }

    private static string Shorten(string text) => text.Length <= 100 ? text : $"{text[..100]}…";
}
