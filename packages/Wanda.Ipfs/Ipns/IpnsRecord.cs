namespace Wanda.Ipfs;

/// <summary>
/// What an IPNS name points at, signed by the name's key. Created as V1 and V2 together, so that old and new readers believe it; on
/// reading, the signed V2 data is the truth and V1 fields may only repeat it. Immutable.
/// </summary>
/// <remarks>Source: IPFS specs, "IPNS Record and Protocol".</remarks>
public sealed class IpnsRecord : IComparable<IpnsRecord>
{
    /// <summary>The largest record anybody accepts: 10 KiB.</summary>
    public const int MaxBytes = 10 * 1024;

    /// <summary>The media type of the serialized form.</summary>
    public const string MediaType = "application/vnd.ipfs.ipns-record";

    /// <summary>How long resolvers may keep the record without asking again, unless said otherwise: 5 minutes, as in Kubo.</summary>
    public static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromMinutes(5);

    private readonly byte[] _bytes;
    private readonly IpnsEntry _entry;

    private IpnsRecord(byte[] bytes, IpnsEntry entry, IpnsData data)
    {
        _bytes = bytes;
        _entry = entry;
        Value = data.Value;
        Sequence = data.Sequence;
        ValidUntil = data.ValidUntil;
        TimeToLive = data.TimeToLive;
    }

    /// <summary>The content path, <c>/ipfs/…</c> or <c>/ipns/…</c>.</summary>
    public string Value { get; }

    /// <summary>Counts up with every change of <see cref="Value"/>; the highest one wins.</summary>
    public ulong Sequence { get; }

    /// <summary>End of life; nobody believes the record afterwards.</summary>
    public DateTimeOffset ValidUntil { get; }

    /// <summary>How long a resolver may answer from its cache.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>The serialized form, as it was received or made.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Creates and signs a record.</summary>
    /// <param name="key">The key that owns the name.</param>
    /// <param name="value">A content path beginning with <c>/</c>.</param>
    /// <param name="sequence">Higher than that of every record published before.</param>
    /// <param name="validUntil">End of life; kept to 100 ns.</param>
    /// <param name="timeToLive">Caching hint, not negative; default <see cref="DefaultTimeToLive"/>.</param>
    /// <exception cref="ArgumentException">
    /// The value is no path or too long for <see cref="MaxBytes"/>, or the time to live is negative.
    /// </exception>
    public static IpnsRecord Create(NodeKey key, string value, ulong sequence, DateTimeOffset validUntil, TimeSpan? timeToLive = null)
    {
        if (!value.StartsWith('/'))
            throw new ArgumentException($"An IPNS record points at a path such as /ipfs/<cid>, not at \"{value}\".", nameof(value));
        var lifetime = timeToLive ?? DefaultTimeToLive;
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.Zero, nameof(timeToLive));
        var entry = IpnsEntry.Sign(key, new IpnsData(value, sequence, validUntil, lifetime));
        byte[] bytes = entry.Encode();
        return bytes.Length <= MaxBytes
            ? Parse(bytes)
            : throw new ArgumentException(
                $"The value makes a record of {bytes.Length} bytes; at most {MaxBytes} are accepted.", nameof(value));
    }

    /// <summary>Reads a record. Nothing is believed yet: call <see cref="Validate"/>.</summary>
    /// <exception cref="IpnsRecordMalformedException">The bytes are no IPNS record with V2 data.</exception>
    public static IpnsRecord Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw new IpnsRecordMalformedException($"The record has {bytes.Length} bytes; at most {MaxBytes} are accepted.");
        var entry = IpnsEntry.Decode(bytes);
        if (entry.Data is null || entry.SignatureV2 is null)
            throw new IpnsRecordMalformedException("The record carries no V2 data or signature; V1 alone is no longer believed.");
        var data = IpnsData.Decode(entry.Data);
        entry.RequireAgreement(data);
        return new IpnsRecord(bytes.ToArray(), entry, data);
    }

    /// <summary>Checks that the record was signed by the owner of <paramref name="name"/> and is still valid.</summary>
    /// <param name="name">The name under which the record was found or offered.</param>
    /// <param name="now">The time to compare <see cref="ValidUntil"/> with.</param>
    /// <exception cref="IpnsSignatureException">
    /// Signed by another key, changed after signing, or without the key that the name is a hash of.
    /// </exception>
    /// <exception cref="IpnsRecordExpiredException">No longer valid.</exception>
    /// <exception cref="IpnsKeyNotSupportedException">The name's key is neither Ed25519 nor RSA of 2048 to 4096 bits.</exception>
    public void Validate(PeerId name, DateTimeOffset now)
    {
        if (!IsSignedBy(name))
            throw new IpnsSignatureException($"The record is not signed by the key of {name.IpnsName}.");
        if (now > ValidUntil)
            throw new IpnsRecordExpiredException(ValidUntil, now);
    }

    /// <summary>Greater is the one to keep: the higher sequence, or with equal sequences the one that is valid for longer.</summary>
    public int CompareTo(IpnsRecord? other) => other is null ? 1
        : Sequence != other.Sequence ? Sequence.CompareTo(other.Sequence)
        : ValidUntil.CompareTo(other.ValidUntil);

    private bool IsSignedBy(PeerId name)
    {
        byte[] signed = IpnsEntry.SignedV2(_entry.Data);
        if (name.TryGetPublicKey(out var key))
        {
            // The name is its key, so an embedded one may only repeat it.
            return _entry.PublicKey is null || _entry.PublicKey.AsSpan().SequenceEqual(key.ToLibp2p())
                ? key.Verify(signed, _entry.SignatureV2)
                : throw OtherKey(name);
        }

        try
        {
            return RsaSignature.IsOf(Libp2pKeys.DecodeRsa(EncodedKeyOf(name)), signed, _entry.SignatureV2);
        }
        catch (KeyFormatException e)
        {
            throw new IpnsKeyNotSupportedException(
                $"The key of {name.IpnsName} cannot be checked here, where Ed25519 and RSA keys are: {e.Message}");
        }
    }

    // A name is its key, or the hash of a key that the record then carries.
    private ReadOnlySpan<byte> EncodedKeyOf(PeerId name)
    {
        if (name.Hash.Function == HashFunction.Identity)
            return name.Hash.Digest;
        if (_entry.PublicKey is null)
            throw new IpnsSignatureException($"{name.IpnsName} is the hash of a key, and the record does not carry that key.");
        return Multihash.Sha256(_entry.PublicKey) == name.Hash ? _entry.PublicKey : throw OtherKey(name);
    }

    private static IpnsSignatureException OtherKey(PeerId name) =>
        new($"The record carries another public key than that of {name.IpnsName}.");
}
