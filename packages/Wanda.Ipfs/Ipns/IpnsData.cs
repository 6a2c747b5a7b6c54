using System.Formats.Cbor;
using System.Text;

namespace Wanda.Ipfs;

/// <summary>The signed part of an IPNS record, a DAG-CBOR map.</summary>
internal sealed class IpnsData
{
    // A map of this format has five entries; others may add their own, within reason.
    private const int MaxEntries = 64;

    private const ulong EndOfLife = 0;
    private const ulong NanosecondsPerTick = 100;

    public IpnsData(string value, ulong sequence, DateTimeOffset validUntil, TimeSpan timeToLive)
        : this(value, sequence, Rfc3339.Format(validUntil), validUntil, (ulong)timeToLive.Ticks * NanosecondsPerTick)
    {
    }

    private IpnsData(string value, ulong sequence, string validity, DateTimeOffset validUntil, ulong timeToLiveNanoseconds)
    {
        Value = value;
        Sequence = sequence;
        Validity = validity;
        ValidUntil = validUntil;
        TimeToLiveNanoseconds = timeToLiveNanoseconds;
    }

    public string Value { get; }
    public ulong Sequence { get; }
    public string Validity { get; }
    public DateTimeOffset ValidUntil { get; }
    public ulong TimeToLiveNanoseconds { get; }
    public TimeSpan TimeToLive => TimeSpan.FromTicks((long)(TimeToLiveNanoseconds / NanosecondsPerTick));

    public byte[] Encode()
    {
        // Canonical: the keys are written in DAG-CBOR's order, by length and then bytewise.
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartMap(5);
        writer.WriteTextString("TTL");
        writer.WriteUInt64(TimeToLiveNanoseconds);
        writer.WriteTextString("Value");
        writer.WriteByteString(Encoding.UTF8.GetBytes(Value));
        writer.WriteTextString("Sequence");
        writer.WriteUInt64(Sequence);
        writer.WriteTextString("Validity");
        writer.WriteByteString(Encoding.ASCII.GetBytes(Validity));
        writer.WriteTextString("ValidityType");
        writer.WriteUInt64(EndOfLife);
        writer.WriteEndMap();
        return writer.Encode();
    }

    public static IpnsData Decode(ReadOnlyMemory<byte> cbor)
    {
        try
        {
            return Read(new DagCborReader(cbor));
        }
        catch (CborContentException e)
        {
            throw new IpnsRecordMalformedException($"The record's data is not the DAG-CBOR that IPNS asks for: {e.Message.TrimEnd('.')}.");
        }
    }

    private static IpnsData Read(DagCborReader reader)
    {
        string? value = null, validity = null;
        ulong? sequence = null, timeToLive = null, validityType = null;
        reader.BeginMap();
        for (int entries = 0; reader.TryKey(out string key);)
        {
            if (++entries > MaxEntries)
                throw new IpnsRecordMalformedException($"The record's data has more than {MaxEntries} entries.");
            switch (key)
            {
                case "Value": value = Utf8(reader.Bytes(), key); break;
                case "Validity": validity = Utf8(reader.Bytes(), key); break;
                case "Sequence": sequence = reader.Number(); break;
                case "TTL": timeToLive = reader.Number(); break;
                case "ValidityType": validityType = reader.Number(); break;
                default: reader.Skip(); break;
            }
        }

        reader.RequireEnd();
        if (validityType != EndOfLife)
            throw new IpnsRecordMalformedException("The record's validity type is missing or unknown; only EOL (0) exists.");
        if (value is not ['/', ..])
            throw new IpnsRecordMalformedException("The record points at no content path.");
        if (validity is null || !Rfc3339.TryParse(validity, out var validUntil))
            throw new IpnsRecordMalformedException("The record's validity is missing or no RFC 3339 time.");
        return new IpnsData(
            value, sequence ?? throw Missing("Sequence"), validity, validUntil, timeToLive ?? throw Missing("TTL"));
    }

    private static string Utf8(ReadOnlySpan<byte> bytes, string key)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new IpnsRecordMalformedException($"The record's {key} is not UTF-8.");
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static IpnsRecordMalformedException Missing(string key) => new($"The record's data has no {key}.");
}
