namespace Wanda.Ipfs;

/// <summary>How a profile decides that a directory is too large for one block.</summary>
public enum DirectorySizing
{
    /// <summary>The sum of the bytes of every name and CID: what Kubo has always done.</summary>
    Links,

    /// <summary>The length of the serialized block (IPIP-499).</summary>
    Block,
}

/// <summary>
/// Everything that a file's CID depends on besides its bytes. Two programs that agree on the profile agree on every CID.
/// </summary>
/// <remarks>Source: IPIP-499, "UnixFS CID profiles". Variations are made with a <c>with</c> expression.</remarks>
public sealed record UnixFsProfile
{
    /// <summary>Kubo's long-standing default: 256 KiB chunks wrapped in dag-pb, 174 links a node, CIDv0.</summary>
    public static readonly UnixFsProfile CidV0 = new()
    {
        Name = "cid-v0",
        CidVersion = 0,
        RawLeaves = false,
        ChunkSize = 256 * 1024,
        MaxLinks = 174,
        DirectorySizing = DirectorySizing.Links,
    };

    /// <summary><c>ipfs add --cid-version=1</c>: as <see cref="CidV0"/> with raw leaves and CIDv1.</summary>
    public static readonly UnixFsProfile CidV1 = CidV0 with { Name = "cid-v1", CidVersion = 1, RawLeaves = true };

    /// <summary>The profile to use unless there is a reason not to: 1 MiB raw chunks, 1024 links a node, CIDv1.</summary>
    public static readonly UnixFsProfile UnixFsV1_2025 = new()
    {
        Name = "unixfs-v1-2025",
        CidVersion = 1,
        RawLeaves = true,
        ChunkSize = 1024 * 1024,
        MaxLinks = 1024,
        DirectorySizing = DirectorySizing.Block,
    };

    private UnixFsProfile()
    {
    }

    /// <summary>The name in configuration.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the CIDs of nodes, 0 or 1. Raw leaves always have version 1.</summary>
    public required int CidVersion { get; init; }

    /// <summary>True when a leaf is the bytes of the file and nothing else.</summary>
    public required bool RawLeaves { get; init; }

    /// <summary>
    /// Bytes of the file in each leaf but the last; 1 byte to 1 MiB, so that a wrapped leaf stays within <see cref="Block.MaxBytes"/>.
    /// </summary>
    public required int ChunkSize { get; init; }

    /// <summary>The most links in a node of a file; 2 or more.</summary>
    public required int MaxLinks { get; init; }

    /// <summary>How the size of a directory is measured.</summary>
    public required DirectorySizing DirectorySizing { get; init; }

    /// <summary>A directory measured above this many bytes becomes a HAMT of fanout 256. Default 262144.</summary>
    public int DirectoryThreshold { get; init; } = 256 * 1024;

    /// <summary>Finds a profile by its name.</summary>
    /// <exception cref="FormatException">No profile has this name; the message lists those that exist.</exception>
    public static UnixFsProfile Parse(string name) => name switch
    {
        "cid-v0" or "unixfs-v0-2015" => CidV0,
        "cid-v1" => CidV1,
        "unixfs-v1-2025" => UnixFsV1_2025,
        _ => throw new FormatException($"\"{name}\" is not a UnixFS profile; write unixfs-v1-2025 (default), cid-v1 or cid-v0."),
    };

    internal Cid NodeCid(ReadOnlySpan<byte> block)
    {
        var hash = Multihash.Sha256(block);
        return CidVersion == 0 ? Cid.V0(hash) : Cid.V1(Codec.DagPb, hash);
    }
}
