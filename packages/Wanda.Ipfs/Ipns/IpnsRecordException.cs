namespace Wanda.Ipfs;

/// <summary>An IPNS record that must not be believed. The derived types say why.</summary>
public abstract class IpnsRecordException : Exception
{
    private protected IpnsRecordException(string message) : base(message)
    {
    }
}

/// <summary>The bytes are no IPNS record: cut short, too large, a missing field, or V1 fields that contradict the signed ones.</summary>
/// <param name="message">Which rule was broken.</param>
public sealed class IpnsRecordMalformedException(string message) : IpnsRecordException(message);

/// <summary>The record was not signed by the key that owns the name.</summary>
/// <param name="message">What was compared.</param>
public sealed class IpnsSignatureException(string message) : IpnsRecordException(message);

/// <summary>The name's key is of a type that this library cannot check (ECDSA, secp256k1, RSA of an
/// unusual size): the record may be good.</summary>
/// <param name="message">Which name.</param>
public sealed class IpnsKeyNotSupportedException(string message) : IpnsRecordException(message);

/// <summary>The record was good until <paramref name="validUntil"/> and is so no longer.</summary>
/// <param name="validUntil">Its end of life.</param>
/// <param name="now">The time it was compared with: a wrong clock shows here.</param>
public sealed class IpnsRecordExpiredException(DateTimeOffset validUntil, DateTimeOffset now)
    : IpnsRecordException($"The record was valid until {validUntil:u}; it is {now:u} here.")
{
    /// <summary>The record's end of life.</summary>
    public DateTimeOffset ValidUntil { get; } = validUntil;
}
