namespace Wanda.Ipfs;

/// <summary>
/// libp2p's protobuf around a key: field 1 the type, field 2 the bytes. The encoding must be deterministic because peer ids are made
/// of it, so for Ed25519 it is a fixed four-byte head, and comparing the head is a complete parser. Of RSA the public half is read.
/// </summary>
/// <remarks>Source: libp2p specs, "Peer Ids and Keys". The private form carries seed and public key, 64 bytes.</remarks>
internal static class Libp2pKeys
{
    private const byte TypeField = 0x08;
    private const byte DataField = 0x12;
    private const byte RsaType = 0;
    private const byte Ed25519Type = 1;
    private const int HeadLength = 4;

    public static byte[] EncodePublic(ReadOnlySpan<byte> raw) => [TypeField, Ed25519Type, DataField, (byte)raw.Length, .. raw];

    public static byte[] EncodePrivate(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey) =>
        [TypeField, Ed25519Type, DataField, Ed25519.SeedLength + Ed25519.PublicKeyLength, .. seed, .. publicKey];

    public static ReadOnlySpan<byte> DecodePublic(ReadOnlySpan<byte> encoded) => Decode(encoded, Ed25519.PublicKeyLength, "public");

    public static ReadOnlySpan<byte> DecodePrivate(ReadOnlySpan<byte> encoded) =>
        Decode(encoded, Ed25519.SeedLength + Ed25519.PublicKeyLength, "private");

    /// <summary>The bytes of an RSA public key, which is told by its type alone.</summary>
    /// <exception cref="KeyFormatException">A key of another type, or no key.</exception>
    public static ReadOnlySpan<byte> DecodeRsa(ReadOnlySpan<byte> encoded)
    {
        if (encoded is [TypeField, not RsaType, ..])
            throw new KeyFormatException($"The key is {NameOf(encoded[1])}.");
        try
        {
            var reader = new ProtoReader(encoded is [TypeField, RsaType, ..] ? encoded[2..] : throw NoKey());
            var data = reader.ReadTag() is (DataField >> 3, ProtoReader.BytesType) ? reader.ReadBytes() : throw NoKey();
            return reader.AtEnd ? data : throw NoKey();
        }
        catch (DagFormatException)
        {
            throw NoKey();
        }
    }

    private static KeyFormatException NoKey() => new("These bytes are no libp2p key.");

    private static string NameOf(byte type) => type switch
    {
        RsaType => "RSA",
        Ed25519Type => "Ed25519",
        2 => "secp256k1",
        3 => "ECDSA",
        _ => $"of libp2p type {type}",
    };

    private static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> encoded, int length, string half)
    {
        if (encoded is [TypeField, not Ed25519Type, ..])
            throw new KeyFormatException($"The {half} key is of libp2p type {encoded[1]}; only Ed25519 (type {Ed25519Type}) is supported.");
        ReadOnlySpan<byte> head = [TypeField, Ed25519Type, DataField, (byte)length];
        return encoded.Length == HeadLength + length && encoded.StartsWith(head)
            ? encoded[HeadLength..]
            : throw new KeyFormatException(
                $"Not a libp2p Ed25519 {half} key: {HeadLength + length} bytes are expected, {encoded.Length} were found.");
    }
}
