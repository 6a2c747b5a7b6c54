using System.Diagnostics.CodeAnalysis;

namespace Wanda.Ipfs;

/// <summary>
/// A content identifier, version 0 or 1: what a block is (codec) and the hash that proves it. Immutable, compared by value over its
/// binary form; a CIDv0 and the CIDv1 of the same block are different CIDs with an equal <see cref="Hash"/>.
/// </summary>
/// <remarks>Source: the CID specification (multiformats/cid), "Decoding algorithm".</remarks>
public readonly struct Cid : IEquatable<Cid>, ISpanParsable<Cid>
{
    /// <summary>The most bytes a binary CID has here: version, codec, function and length varints and a 128-byte digest.</summary>
    public const int MaxBytes = 1 + 3 * Varint.MaxBytes + 128;

    private const int V0Bytes = 34;
    private const int V0TextLength = 46;

    private readonly byte[]? _bytes;

    private Cid(byte[] bytes) => _bytes = bytes;

    /// <summary>The binary form: for version 0 the bare multihash.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>True for the value nobody assigned.</summary>
    public bool IsDefault => _bytes is null;

    /// <summary>0 or 1.</summary>
    public int Version => _bytes is { Length: V0Bytes } bytes && bytes[0] == (byte)HashFunction.Sha256 ? 0 : 1;

    /// <summary>What the block is; <see cref="Codec.DagPb"/> by definition for version 0.</summary>
    public Codec Codec
    {
        get
        {
            if (Version == 0)
                return Codec.DagPb;
            Varint.TryRead(IsDefault ? default : Bytes[1..], out ulong codec);
            return (Codec)codec;
        }
    }

    /// <summary>The multihash of the block.</summary>
    public Multihash Hash => Multihash.Trusted(Version == 0 || IsDefault ? _bytes : _bytes.AsMemory(1 + Varint.TryRead(Bytes[1..], out _)));

    /// <summary>Makes a CIDv1.</summary>
    /// <exception cref="ArgumentException">The hash is the default value.</exception>
    public static Cid V1(Codec codec, Multihash hash)
    {
        if (hash.IsDefault)
            throw new ArgumentException("A CID needs a multihash.", nameof(hash));
        Span<byte> head = stackalloc byte[1 + Varint.MaxBytes];
        head[0] = 1;
        int length = 1 + Varint.Write(head[1..], (ulong)codec);
        return new([.. head[..length], .. hash.Bytes]);
    }

    /// <summary>Makes a CIDv0: dag-pb and SHA-256.</summary>
    /// <exception cref="ArgumentException">The hash is not SHA-256.</exception>
    public static Cid V0(Multihash hash) => hash.Function == HashFunction.Sha256 && !hash.IsDefault
        ? new(hash.Bytes.ToArray())
        : throw new ArgumentException("A CIDv0 takes a SHA-256 multihash only.", nameof(hash));

    /// <summary>The same block as version 1; itself when it is one already.</summary>
    public Cid ToV1() => Version == 1 ? this : V1(Codec.DagPb, Hash);

    /// <summary>Hashes <paramref name="block"/> again and compares it with this CID.</summary>
    /// <exception cref="NotSupportedException">The hash function is not one of <see cref="HashFunction"/>.</exception>
    public bool Matches(ReadOnlySpan<byte> block) => Hash.Matches(block);

    /// <summary>Reads a CID that fills <paramref name="bytes"/> exactly.</summary>
    /// <exception cref="CidFormatException">Not a CID, or followed by other bytes.</exception>
    public static Cid FromBytes(ReadOnlySpan<byte> bytes)
    {
        var cid = Read(bytes, out int length);
        return length == bytes.Length
            ? cid
            : throw new CidFormatException($"The CID ends after {length} bytes; {bytes.Length - length} more follow.");
    }

    /// <summary>Reads the CID at the start of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">A CID and whatever follows it.</param>
    /// <param name="length">How many bytes the CID took.</param>
    /// <exception cref="CidFormatException">Not a CID.</exception>
    public static Cid Read(ReadOnlySpan<byte> bytes, out int length) =>
        Measure(bytes, out length) is { } reason ? throw new CidFormatException(reason) : new(bytes[..length].ToArray());

    /// <summary>Parses text: a bare base58btc CIDv0 (<c>Qm…</c>), or a CIDv1 in any encoding that <see cref="Multibase"/> reads.</summary>
    /// <exception cref="CidFormatException">Not a CID.</exception>
    public static Cid Parse(ReadOnlySpan<char> text) =>
        Decode(text, out var cid) is { } reason ? throw new CidFormatException($"\"{Shorten(text)}\" is not a CID: {reason}") : cid;

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static Cid Parse(string text) => Parse(text.AsSpan());

    /// <summary>Parses text without throwing.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Cid cid) => Decode(text, out cid) is null;

    /// <summary>The usual text: base58btc for version 0, lower-case base32 for version 1.</summary>
    public override string ToString() => IsDefault ? "" : Version == 0 ? Multibase.EncodeBase58(Bytes) : ToString(MultibaseEncoding.Base32);

    /// <summary>The text in another encoding; IPNS names go by <see cref="MultibaseEncoding.Base36"/>.</summary>
    /// <exception cref="InvalidOperationException">A CIDv0 has no multibase form.</exception>
    public string ToString(MultibaseEncoding encoding) => Version == 1
        ? Multibase.Encode(Bytes, encoding)
        : throw new InvalidOperationException("A CIDv0 is written in base58btc without a prefix only; call ToV1() first.");

    /// <inheritdoc/>
    public bool Equals(Cid other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Cid other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Compares by value.</summary>
    public static bool operator ==(Cid left, Cid right) => left.Equals(right);

    /// <summary>Compares by value.</summary>
    public static bool operator !=(Cid left, Cid right) => !left.Equals(right);

    static Cid IParsable<Cid>.Parse(string s, IFormatProvider? provider) => Parse(s);
    static bool IParsable<Cid>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Cid result) =>
        TryParse(s, out result);
    static Cid ISpanParsable<Cid>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);
    static bool ISpanParsable<Cid>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Cid result) =>
        Decode(s, out result) is null;

    private static string? Decode(ReadOnlySpan<char> text, out Cid cid)
    {
        cid = default;
        byte[] bytes;
        if (text.Length == V0TextLength && text.StartsWith("Qm"))
        {
            if (!Multibase.TryDecodeBase58(text, out bytes))
                return "it looks like version 0 but is not base58btc.";
        }
        else if (!Multibase.TryDecode(text, out bytes))
        {
            return "it is empty, too long, or not multibase (base32, base36, base58btc or base16).";
        }
        else if (bytes is [(byte)HashFunction.Sha256, ..])
        {
            return "a version 0 CID must not carry a multibase prefix.";
        }

        if (Measure(bytes, out int length) is { } reason)
            return reason;
        if (length != bytes.Length)
            return $"{bytes.Length - length} bytes follow the CID.";
        cid = new(bytes);
        return null;
    }

    private static string? Measure(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes is [(byte)HashFunction.Sha256, 32, ..])
        {
            length = V0Bytes;
            return bytes.Length < V0Bytes ? "it is cut short." : null;
        }

        if (bytes is not [1, ..])
            return bytes.IsEmpty ? "it is cut short." : $"version {bytes[0]} is unknown.";
        int codec = Varint.TryRead(bytes[1..], out _);
        if (codec <= 0)
            return codec == 0 ? "it is cut short." : "its codec is over-long or not in its shortest form.";
        var reason = Multihash.Measure(bytes[(1 + codec)..], out int hash);
        length = 1 + codec + hash;
        return reason;
    }

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 100 ? text.ToString() : $"{text[..100]}…";
}
