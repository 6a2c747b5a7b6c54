using System.Formats.Cbor;

namespace Wanda.Ipfs;

/// <summary>
/// The DAG-CBOR map <c>{"roots": [cid…], "version": 1}</c>, and only that; or <c>{"version": 2}</c>, before which everything else comes
/// later.
/// </summary>
internal static class CarHeader
{
    public const int MaxBytes = 64 * 1024;

    private const ulong Version = 1;

    public static byte[] Encode(IReadOnlyList<Cid> roots)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartMap(2);
        writer.WriteTextString("roots");
        writer.WriteStartArray(roots.Count);
        foreach (var root in roots)
        {
            writer.WriteTag((CborTag)42);
            writer.WriteByteString([0, .. root.Bytes]); // DAG-CBOR puts the identity multibase prefix before a binary CID.
        }

        writer.WriteEndArray();
        writer.WriteTextString("version");
        writer.WriteUInt64(Version);
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <exception cref="CarFormatException">Not such a map.</exception>
    /// <returns>Null for the beginning of a version 2.</returns>
    public static IReadOnlyList<Cid>? Decode(ReadOnlyMemory<byte> header)
    {
        try
        {
            return Read(new DagCborReader(header));
        }
        catch (CborContentException e)
        {
            throw new CarFormatException($"The CAR header is not the DAG-CBOR that it should be: {e.Message.TrimEnd('.')}.");
        }
        catch (CidFormatException e)
        {
            throw new CarFormatException($"A root in the CAR header is not a CID: {e.Message}");
        }
    }

    private static List<Cid>? Read(DagCborReader reader)
    {
        List<Cid>? roots = null;
        ulong? version = null;
        reader.BeginMap();
        while (reader.TryKey(out string key))
        {
            switch (key)
            {
                case "roots": roots = Roots(reader); break;
                case "version": version = reader.Number(); break;
                default: throw new CarFormatException($"The CAR header has an unexpected key \"{key}\".");
            }
        }

        reader.RequireEnd();
        return version switch
        {
            Version => roots ?? throw new CarFormatException("The CAR header has no roots."),
            null => throw new CarFormatException("The CAR header has no version."),
            2 when roots is null => null,
            _ => throw new CarFormatException($"CAR version {version} is not read; send version {Version} or 2."),
        };
    }

    private static List<Cid> Roots(DagCborReader reader)
    {
        var roots = new List<Cid>();
        reader.BeginList();
        while (reader.TryItem())
            roots.Add(Cid.FromBytes(reader.Link()));
        return roots;
    }
}
