using System.Buffers;

namespace Wanda.Ipfs;

/// <summary>A link of a dag-pb node.</summary>
/// <param name="Name">Empty inside files; the entry's name in a directory, its bytes as <see cref="DagPbName"/> has them.</param>
/// <param name="Cid">What it points to.</param>
/// <param name="DagSize">
/// "Tsize": bytes of every block below, each counted as often as it is linked. Written by the maker, proven by nobody.
/// </param>
public readonly record struct DagPbLink(string Name, Cid Cid, long DagSize);

/// <summary>A dag-pb node: links and opaque data, UnixFS in practice.</summary>
/// <param name="Links">In the order of the block.</param>
/// <param name="Data">The UnixFS message; refers to the block it was decoded from.</param>
/// <remarks>Source: the DAG-PB specification. Writing gives the canonical form; reading refuses what is not dag-pb.</remarks>
public sealed record DagPbNode(IReadOnlyList<DagPbLink> Links, ReadOnlyMemory<byte> Data)
{
    /// <summary>Serializes: links first, then data, as every implementation does, because the hash depends on it.</summary>
    public byte[] Encode()
    {
        var node = new ArrayBufferWriter<byte>(64 + Links.Count * 64 + Data.Length);
        var scratch = new ArrayBufferWriter<byte>(128);
        foreach (var link in Links)
        {
            scratch.ResetWrittenCount();
            scratch.Bytes(1, link.Cid.Bytes);
            scratch.Bytes(2, DagPbName.Encode(link.Name));
            scratch.Varint(3, (ulong)link.DagSize);
            node.Bytes(2, scratch.WrittenSpan);
        }

        node.Bytes(1, Data.Span);
        return node.WrittenSpan.ToArray();
    }

    /// <summary>Parses a block.</summary>
    /// <exception cref="DagFormatException">Not dag-pb.</exception>
    public static DagPbNode Decode(ReadOnlyMemory<byte> block)
    {
        var reader = new ProtoReader(block.Span);
        var links = new List<DagPbLink>();
        ReadOnlyMemory<byte>? data = null;
        int blocksOfLinks = 0, last = 0;
        while (!reader.AtEnd)
        {
            var (field, wireType) = reader.ReadTag();
            if (wireType != ProtoReader.BytesType || field is not (1 or 2))
                throw new DagFormatException($"Field {field} of wire type {wireType} does not belong in a dag-pb node.");
            var bytes = reader.ReadBytes();
            if (field == 1)
            {
                data = data is null
                    ? block.Slice(reader.Position - bytes.Length, bytes.Length)
                    : throw new DagFormatException("A dag-pb node has data twice.");
            }
            else
            {
                blocksOfLinks += last == 2 ? 0 : 1;
                links.Add(DecodeLink(bytes));
            }

            last = field;
        }

        return blocksOfLinks <= 1
            ? new(links, data ?? default)
            : throw new DagFormatException("The links of a dag-pb node are not together.");
    }

    private static DagPbLink DecodeLink(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        Cid? cid = null;
        string name = "";
        long size = 0;
        int last = 0;
        while (!reader.AtEnd)
        {
            var (field, wireType) = reader.ReadTag();
            if (field <= last || field > 3 || wireType != (field == 3 ? ProtoReader.VarintType : ProtoReader.BytesType))
                throw new DagFormatException($"Field {field} of wire type {wireType} is out of place in a dag-pb link.");
            switch (last = field)
            {
                case 1:
                    cid = DecodeCid(reader.ReadBytes());
                    break;
                case 2:
                    name = DagPbName.Decode(reader.ReadBytes());
                    break;
                default:
                    size = reader.ReadLength();
                    break;
            }
        }

        return cid is { } target ? new(name, target, size) : throw new DagFormatException("A dag-pb link has no CID.");
    }

    private static Cid DecodeCid(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Cid.FromBytes(bytes);
        }
        catch (CidFormatException e)
        {
            throw new DagFormatException($"A dag-pb link holds no CID: {e.Message}");
        }
    }
}
