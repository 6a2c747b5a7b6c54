using System.Formats.Cbor;

namespace Wanda.Ipfs;

/// <summary>
/// Reads DAG-CBOR strictly. The library sees to lengths, shortest forms, order and repetition of keys, UTF-8 and trailing bytes; what
/// DAG-CBOR asks beyond canonical CBOR is asked here. Every method throws <see cref="CborContentException"/>.
/// </summary>
/// <remarks>Source: IPLD specs, "DAG-CBOR", section "Strictness".</remarks>
internal sealed class DagCborReader(ReadOnlyMemory<byte> data)
{
    // Far above what IPNS records and CAR headers nest.
    private const int MaxDepth = 8;

    private const CborTag CidTag = (CborTag)42;

    private readonly CborReader _reader = new(data, CborConformanceMode.Canonical);

    /// <summary>Begins a map; <see cref="TryKey"/> gives its keys.</summary>
    public void BeginMap()
    {
        Expect(CborReaderState.StartMap);
        _reader.ReadStartMap();
    }

    /// <returns>False at the end of the map, which is passed.</returns>
    public bool TryKey(out string key)
    {
        if (_reader.PeekState() == CborReaderState.EndMap)
        {
            _reader.ReadEndMap();
            key = "";
            return false;
        }

        key = Text();
        return true;
    }

    /// <summary>Begins a list; <see cref="TryItem"/> says whether another item stands in it.</summary>
    public void BeginList()
    {
        Expect(CborReaderState.StartArray);
        _reader.ReadStartArray();
    }

    /// <returns>False at the end of the list, which is passed.</returns>
    public bool TryItem()
    {
        if (_reader.PeekState() != CborReaderState.EndArray)
            return true;
        _reader.ReadEndArray();
        return false;
    }

    public ulong Number()
    {
        Expect(CborReaderState.UnsignedInteger);
        return _reader.ReadUInt64();
    }

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(CborReaderState.ByteString);
        return _reader.ReadDefiniteLengthByteString().Span;
    }

    public string Text()
    {
        Expect(CborReaderState.TextString);
        return _reader.ReadTextString();
    }

    /// <summary>A CID, without the prefix byte that says that it is binary.</summary>
    public ReadOnlySpan<byte> Link()
    {
        Expect(CborReaderState.Tag);
        var tag = _reader.ReadTag();
        return tag == CidTag && Bytes() is [0, .. var cid] ? cid : throw new CborContentException($"tag {(ulong)tag} does not hold a CID");
    }

    /// <summary>Steps over a value, whatever it is.</summary>
    public void Skip() => Skip(MaxDepth);

    public void RequireEnd()
    {
        if (_reader.BytesRemaining > 0)
            throw new CborContentException($"{_reader.BytesRemaining} bytes follow it");
    }

    private void Skip(int depth)
    {
        if (depth == 0)
            throw new CborContentException($"it is nested deeper than {MaxDepth}");
        switch (_reader.PeekState())
        {
            case CborReaderState.StartMap:
                for (BeginMap(); TryKey(out _);)
                    Skip(depth - 1);
                break;
            case CborReaderState.StartArray:
                for (BeginList(); TryItem();)
                    Skip(depth - 1);
                break;
            case CborReaderState.Tag:
                Link();
                break;
            case CborReaderState.DoublePrecisionFloat:
                RequireFinite(_reader.ReadDouble());
                break;
            case CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger or CborReaderState.ByteString
                or CborReaderState.TextString
                or CborReaderState.Boolean or CborReaderState.Null:
                _reader.SkipValue();
                break;
            case var other:
                throw new CborContentException($"{other} has no place in it");
        }
    }

    private static void RequireFinite(double value)
    {
        if (!double.IsFinite(value))
            throw new CborContentException($"{value} has no place in it");
    }

    private void Expect(CborReaderState expected)
    {
        var found = _reader.PeekState();
        if (found != expected)
            throw new CborContentException($"{expected} was expected where {found} stands");
    }
}
