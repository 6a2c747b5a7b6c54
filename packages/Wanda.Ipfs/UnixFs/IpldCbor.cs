using System.Formats.Cbor;
using System.Globalization;

namespace Wanda.Ipfs;

/// <summary>Links and paths of a dag-cbor block, which is read token by token: nothing of it is built in memory.</summary>
/// <remarks>Source: IPLD specs, "DAG-CBOR": a link is tag 42 around a byte string of a zero byte and the CID.</remarks>
internal static class IpldCbor
{
    private const int MaxNesting = 128;
    private const CborTag LinkTag = (CborTag)42;

    /// <exception cref="DagFormatException">Not CBOR, or nested deeper than 128.</exception>
    public static List<Cid> Links(ReadOnlyMemory<byte> block) => Guard(() =>
    {
        var reader = new CborReader(block, CborConformanceMode.Lax);
        var links = new List<Cid>();
        for (var state = reader.PeekState(); state != CborReaderState.Finished; state = reader.PeekState())
        {
            if (reader.CurrentDepth > MaxNesting)
                throw new DagFormatException($"A dag-cbor block is nested deeper than {MaxNesting}.");
            switch (state)
            {
                case CborReaderState.StartMap:
                    reader.ReadStartMap();
                    break;
                case CborReaderState.EndMap:
                    reader.ReadEndMap();
                    break;
                case CborReaderState.StartArray:
                    reader.ReadStartArray();
                    break;
                case CborReaderState.EndArray:
                    reader.ReadEndArray();
                    break;
                case CborReaderState.Tag:
                    links.Add(Link(reader));
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        return links;
    });

    /// <summary>Follows names from <paramref name="at"/> on, as far as they lead inside this block.</summary>
    /// <returns>The link that is met, if one is, and how many names led there; null when there is no such value.</returns>
    public static (Cid? Link, int Names)? Find(ReadOnlyMemory<byte> block, IReadOnlyList<string> names, int at) =>
        Guard<(Cid?, int)?>(() =>
        {
            var reader = new CborReader(block, CborConformanceMode.Lax);
            for (int i = at; ; i++)
            {
                if (reader.PeekState() == CborReaderState.Tag)
                    return (Link(reader), i - at);
                if (i == names.Count)
                    return (null, i - at);
                if (!Enter(reader, names[i]))
                    return null;
            }
        });

    private static bool Enter(CborReader reader, string name)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap:
                reader.ReadStartMap();
                while (reader.PeekState() == CborReaderState.TextString)
                {
                    if (reader.ReadTextString() == name)
                        return true;
                    reader.SkipValue();
                }

                return false;
            case CborReaderState.StartArray when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index):
                reader.ReadStartArray();
                for (; reader.PeekState() != CborReaderState.EndArray; index--, reader.SkipValue())
                {
                    if (index == 0)
                        return true;
                }

                return false;
            default:
                return false;
        }
    }

    private static Cid Link(CborReader reader) =>
        reader.ReadTag() == LinkTag && reader.ReadByteString() is [0, .. var cid]
            ? Cid.FromBytes(cid)
            : throw new DagFormatException("A tag in a dag-cbor block does not hold a CID.");

    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is CborContentException or CidFormatException or InvalidOperationException)
        {
            throw new DagFormatException($"A dag-cbor block cannot be read: {e.Message}");
        }
    }
}
