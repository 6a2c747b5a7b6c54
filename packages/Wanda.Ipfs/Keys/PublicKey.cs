namespace Wanda.Ipfs;

/// <summary>The public half of a node's Ed25519 key: it checks signatures, and the <see cref="PeerId"/> is made of it.</summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    private readonly byte[] _raw;

    /// <param name="raw">The 32 bytes of RFC 8032.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public PublicKey(ReadOnlySpan<byte> raw)
    {
        if (raw.Length != Ed25519.PublicKeyLength)
            throw new ArgumentException($"An Ed25519 public key has {Ed25519.PublicKeyLength} bytes, this one {raw.Length}.", nameof(raw));
        _raw = raw.ToArray();
    }

    /// <summary>The 32 bytes of RFC 8032.</summary>
    public ReadOnlySpan<byte> Raw => _raw;

    /// <summary>The peer id, and so the IPNS name, of whoever holds the private half.</summary>
    public PeerId PeerId => PeerId.Of(this);

    /// <summary>True when <paramref name="signature"/> over <paramref name="message"/> was made with the private half.</summary>
    /// <remarks>Strict: S below the group's order, no point of small order, one spelling of each point (RFC 8032, section 5.1.7).</remarks>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Ed25519.Verify(_raw, message, signature);

    /// <summary>The protobuf encoding of libp2p (spec "Peer Ids and Keys"): type and bytes.</summary>
    public byte[] ToLibp2p() => Libp2pKeys.EncodePublic(_raw);

    /// <summary>Reads the protobuf encoding of libp2p.</summary>
    /// <exception cref="KeyFormatException">Not a key, or of another type than Ed25519.</exception>
    public static PublicKey FromLibp2p(ReadOnlySpan<byte> encoded) => new(Libp2pKeys.DecodePublic(encoded));

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && Raw.SequenceEqual(other.Raw);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_raw);

    /// <summary>The peer id.</summary>
    public override string ToString() => PeerId.ToString();
}
