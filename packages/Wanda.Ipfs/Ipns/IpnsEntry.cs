using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Wanda.Ipfs;

/// <summary>The protobuf envelope of an IPNS record (message <c>IpnsEntry</c>).</summary>
internal sealed class IpnsEntry
{
    // Field numbers of the specification.
    private const int ValueField = 1;
    private const int SignatureV1Field = 2;
    private const int ValidityTypeField = 3;
    private const int ValidityField = 4;
    private const int SequenceField = 5;
    private const int TimeToLiveField = 6;
    private const int PublicKeyField = 7;
    private const int SignatureV2Field = 8;
    private const int DataField = 9;

    private byte[]? _value;
    private byte[]? _signatureV1;
    private byte[]? _validity;
    private ulong _validityType;
    private ulong _sequence;
    private ulong _timeToLive;

    public byte[]? PublicKey { get; private set; }
    public byte[]? SignatureV2 { get; private set; }
    public byte[]? Data { get; private set; }

    public static byte[] SignedV2(ReadOnlySpan<byte> data) => [.. "ipns-signature:"u8, .. data];

    public static IpnsEntry Sign(NodeKey key, IpnsData data)
    {
        byte[] value = Encoding.UTF8.GetBytes(data.Value);
        byte[] validity = Encoding.ASCII.GetBytes(data.Validity);
        byte[] cbor = data.Encode();
        return new IpnsEntry
        {
            _value = value,
            _signatureV1 = key.Sign([.. value, .. validity, .. "EOL"u8]),
            _validity = validity,
            _sequence = data.Sequence,
            _timeToLive = data.TimeToLiveNanoseconds,
            SignatureV2 = key.Sign(SignedV2(cbor)),
            Data = cbor,
        };
    }

    public byte[] Encode()
    {
        var writer = new ArrayBufferWriter<byte>();
        writer.Bytes(ValueField, _value);
        writer.Bytes(SignatureV1Field, _signatureV1);
        // Written even when 0: Kubo does, and V1 readers want it.
        writer.Varint(ValidityTypeField, _validityType);
        writer.Bytes(ValidityField, _validity);
        writer.Varint(SequenceField, _sequence);
        writer.Varint(TimeToLiveField, _timeToLive);
        writer.Bytes(SignatureV2Field, SignatureV2);
        writer.Bytes(DataField, Data);
        return writer.WrittenSpan.ToArray();
    }

    /// <exception cref="IpnsRecordMalformedException">No protobuf, cut short, or a field of another wire type.</exception>
    public static IpnsEntry Decode(ReadOnlySpan<byte> bytes)
    {
        var entry = new IpnsEntry();
        try
        {
            var reader = new ProtoReader(bytes);
            while (!reader.AtEnd)
                entry.Read(ref reader);
            return entry;
        }
        catch (DagFormatException e)
        {
            throw new IpnsRecordMalformedException($"The record is no protobuf message: {e.Message}");
        }
    }

    private void Read(ref ProtoReader reader)
    {
        switch (reader.ReadTag())
        {
            case (ValueField, ProtoReader.BytesType): _value = reader.ReadBytes().ToArray(); break;
            case (SignatureV1Field, ProtoReader.BytesType): _signatureV1 = reader.ReadBytes().ToArray(); break;
            case (ValidityTypeField, ProtoReader.VarintType): _validityType = reader.ReadVarint(); break;
            case (ValidityField, ProtoReader.BytesType): _validity = reader.ReadBytes().ToArray(); break;
            case (SequenceField, ProtoReader.VarintType): _sequence = reader.ReadVarint(); break;
            case (TimeToLiveField, ProtoReader.VarintType): _timeToLive = reader.ReadVarint(); break;
            case (PublicKeyField, ProtoReader.BytesType): PublicKey = reader.ReadBytes().ToArray(); break;
            case (SignatureV2Field, ProtoReader.BytesType): SignatureV2 = reader.ReadBytes().ToArray(); break;
            case (DataField, ProtoReader.BytesType): Data = reader.ReadBytes().ToArray(); break;
            case var (_, wireType): reader.Skip(wireType); break;
        }
    }

    /// <summary>V1 fields are unsigned by V2: where there are any, each must say what the signed data says.</summary>
    public void RequireAgreement(IpnsData data)
    {
        if (_value is not { Length: > 0 } && _signatureV1 is not { Length: > 0 })
            return;
        Require(_value.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(data.Value)), "value");
        Require(_validity.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(data.Validity)), "validity");
        Require(_validityType == 0, "validity type");
        Require(_sequence == data.Sequence, "sequence");
        Require(_timeToLive == data.TimeToLiveNanoseconds, "TTL");
    }

    private static void Require([DoesNotReturnIf(false)] bool agrees, string field)
    {
        if (!agrees)
            throw new IpnsRecordMalformedException($"The record's unsigned {field} is not the signed one.");
    }
}
