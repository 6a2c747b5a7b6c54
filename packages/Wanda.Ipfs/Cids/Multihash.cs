using System.Security.Cryptography;

namespace Wanda.Ipfs;

/// <summary>
/// A digest that says which function made it. Blocks are stored and compared under this, because one block may be named by several CIDs.
/// Immutable, compared by value.
/// </summary>
public readonly struct Multihash : IEquatable<Multihash>
{
    /// <summary>The most data an identity multihash may carry: 128 bytes, the limit that other implementations keep.</summary>
    public const int MaxIdentityBytes = 128;

    private const int MaxDigestBytes = 128;

    private readonly ReadOnlyMemory<byte> _bytes;

    private Multihash(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Function code, digest length and digest, as they stand in a CID.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <summary>The function that made the digest; may be one that this library cannot compute.</summary>
    public HashFunction Function
    {
        get
        {
            Varint.TryRead(Bytes, out ulong code);
            return (HashFunction)code;
        }
    }

    /// <summary>The digest alone.</summary>
    public ReadOnlySpan<byte> Digest
    {
        get
        {
            var bytes = Bytes;
            int at = Varint.TryRead(bytes, out _);
            return bytes[(at + Varint.TryRead(bytes[at..], out _))..];
        }
    }

    /// <summary>True for the value nobody assigned.</summary>
    public bool IsDefault => _bytes.IsEmpty;

    /// <summary>Hashes <paramref name="data"/> with SHA-256.</summary>
    public static Multihash Sha256(ReadOnlySpan<byte> data)
    {
        var bytes = NewSha256();
        SHA256.HashData(data, bytes.AsSpan(2));
        return new(bytes);
    }

    /// <summary>Wraps a SHA-256 digest that was computed elsewhere.</summary>
    /// <exception cref="ArgumentException">The digest is not 32 bytes long.</exception>
    public static Multihash FromSha256(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException($"A SHA-256 digest has 32 bytes, this one {digest.Length}.", nameof(digest));
        var bytes = NewSha256();
        digest.CopyTo(bytes.AsSpan(2));
        return new(bytes);
    }

    /// <summary>Carries <paramref name="data"/> itself.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxIdentityBytes"/> bytes.</exception>
    public static Multihash Identity(ReadOnlySpan<byte> data)
    {
        if (data.Length > MaxIdentityBytes)
            throw new ArgumentException($"An identity hash carries at most {MaxIdentityBytes} bytes, not {data.Length}.", nameof(data));
        Span<byte> head = stackalloc byte[1 + Varint.MaxBytes];
        int length = 1 + Varint.Write(head[1..], (ulong)data.Length);
        return new((byte[])[.. head[..length], .. data]);
    }

    /// <summary>Reads a multihash that fills <paramref name="bytes"/> exactly.</summary>
    /// <exception cref="CidFormatException">Cut short, over-long, or followed by other bytes.</exception>
    public static Multihash FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (Measure(bytes, out int length) is { } reason)
            throw new CidFormatException(reason);
        return length == bytes.Length
            ? new(bytes.ToArray())
            : throw new CidFormatException($"The multihash ends after {length} bytes; {bytes.Length - length} more follow.");
    }

    /// <summary>True when <see cref="Function"/> is one that <see cref="Matches"/> can compute.</summary>
    public bool CanVerify => Function is HashFunction.Sha256 or HashFunction.Identity or HashFunction.Sha512;

    /// <summary>Hashes <paramref name="data"/> again and compares.</summary>
    /// <exception cref="NotSupportedException">The function is not one of <see cref="HashFunction"/>.</exception>
    public bool Matches(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        switch (Function)
        {
            case HashFunction.Sha256:
                return digest[..SHA256.HashData(data, digest)].SequenceEqual(Digest);
            case HashFunction.Identity:
                return data.SequenceEqual(Digest);
            case HashFunction.Sha512:
                return digest[..SHA512.HashData(data, digest)].SequenceEqual(Digest);
            default:
                throw new NotSupportedException(
                    $"Cannot verify the hash function 0x{(ulong)Function:x}; SHA-256, SHA-512 and identity are known.");
        }
    }

    /// <inheritdoc/>
    public bool Equals(Multihash other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Multihash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>The bytes in lower-case hexadecimal, for messages.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    /// <summary>Compares by value.</summary>
    public static bool operator ==(Multihash left, Multihash right) => left.Equals(right);

    /// <summary>Compares by value.</summary>
    public static bool operator !=(Multihash left, Multihash right) => !left.Equals(right);

    // Only for bytes that Measure has accepted.
    internal static Multihash Trusted(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <returns>Null when the bytes start with a multihash of the given length, else what is wrong with them.</returns>
    internal static string? Measure(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        int code = Varint.TryRead(bytes, out ulong function);
        int size = code > 0 ? Varint.TryRead(bytes[code..], out ulong digest) : Varint.TryRead(default, out digest);
        if (code < 0 || size < 0)
            return "The multihash holds a varint that is over-long or not in its shortest form.";
        if (code == 0 || size == 0)
            return "The multihash is cut short.";
        int? expected = (HashFunction)function switch
        {
            HashFunction.Sha256 => SHA256.HashSizeInBytes,
            HashFunction.Sha512 => SHA512.HashSizeInBytes,
            _ => null,
        };
        // A truncated SHA-256 would make forging cheap: only full digests count.
        if (digest > MaxDigestBytes || (expected is { } full && digest != (ulong)full))
            return $"The digest claims {digest} bytes, which hash function 0x{function:x} does not give.";
        length = code + size + (int)digest;
        return length > bytes.Length ? "The multihash is cut short." : null;
    }

    private static byte[] NewSha256()
    {
        var bytes = new byte[2 + SHA256.HashSizeInBytes];
        bytes[0] = (byte)HashFunction.Sha256;
        bytes[1] = SHA256.HashSizeInBytes;
        return bytes;
    }
}
