using System.Security.Cryptography;
using NSec.Cryptography;

namespace Wanda.Ipfs;

/// <summary>
/// A node's Ed25519 key pair: whoever holds it owns the node's IPNS name. The private half leaves this object only through
/// <see cref="ToLibp2p"/> and <see cref="NodeKeyFile"/>.
/// </summary>
public sealed class NodeKey
{
    private readonly Key _key;

    private NodeKey(Key key)
    {
        _key = key;
        PublicKey = new PublicKey(Ed25519.PublicKeyOf(key));
    }

    /// <summary>The half that everybody may know.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>The node's peer id and IPNS name.</summary>
    public PeerId PeerId => PublicKey.PeerId;

    /// <summary>A new key from the system's random source.</summary>
    public static NodeKey Generate() => new(Ed25519.Generate());

    /// <summary>The key of a seed.</summary>
    /// <param name="seed">The 32 secret bytes that RFC 8032 calls the private key.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static NodeKey FromSeed(ReadOnlySpan<byte> seed) => seed.Length == Ed25519.SeedLength
        ? new NodeKey(Ed25519.Import(seed))
        : throw new ArgumentException($"A seed has {Ed25519.SeedLength} bytes, this one {seed.Length}.", nameof(seed));

    /// <summary>Reads the protobuf encoding of libp2p, the form in which Kubo exports keys (<c>ipfs key export</c>).</summary>
    /// <exception cref="KeyFormatException">Not an Ed25519 private key, or its two halves do not belong together.</exception>
    public static NodeKey FromLibp2p(ReadOnlySpan<byte> encoded)
    {
        var halves = Libp2pKeys.DecodePrivate(encoded);
        var key = FromSeed(halves[..Ed25519.SeedLength]);
        // A damaged file would otherwise sign under a name that nobody knows.
        return key.PublicKey.Raw.SequenceEqual(halves[Ed25519.SeedLength..])
            ? key
            : throw new KeyFormatException("The private key is damaged: its public half does not belong to its seed.");
    }

    /// <summary>The protobuf encoding of libp2p: secret. <c>ipfs key import</c> takes it.</summary>
    public byte[] ToLibp2p()
    {
        byte[] seed = Ed25519.SeedOf(_key);
        try
        {
            return Libp2pKeys.EncodePrivate(seed, PublicKey.Raw);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Signs; 64 bytes, the same for the same message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => Ed25519.Sign(_key, message);
}
