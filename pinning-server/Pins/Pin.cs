using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>How much of the DAG below its CID a pin promises to keep.</summary>
internal enum PinScope
{
    /// <summary>Every block.</summary>
    Dag = 0,

    /// <summary>The blocks that were sent with it: a directory without the frames that it lists.</summary>
    Directory = 1,
}

/// <summary>Whether the bytes are here.</summary>
internal enum PinState
{
    /// <summary>Wanted; some block is missing.</summary>
    Queued = 0,

    /// <summary>Every block that the scope covers is on this disk.</summary>
    Pinned = 1,
}

/// <summary>A promise to a node, as the table <c>pin</c> holds it. This table is the truth; the block store's own pins follow it.</summary>
internal sealed record Pin
{
    /// <summary>Position in the table: the cursor of listings. 0 before it is stored.</summary>
    public long Row { get; init; }

    public required string Id { get; init; }
    public required string Node { get; init; }
    public required Cid Cid { get; init; }
    public PinScope Scope { get; init; }
    public PinState State { get; init; }

    /// <summary>The capture's id, its session and its number there: with these a node that lost its catalogue makes a new one.</summary>
    public string? Capture { get; init; }

    /// <inheritdoc cref="Capture"/>
    public string? Session { get; init; }

    /// <inheritdoc cref="Capture"/>
    public int? Number { get; init; }

    /// <summary>The original file name, or what a user of the Pinning Service API called it.</summary>
    public string? Name { get; init; }

    /// <summary>Bytes of the blocks that it covers; counts against the quota.</summary>
    public long Bytes { get; init; }

    public int Blocks { get; init; }

    /// <summary>
    /// Bytes that it takes on the disk besides: small blocks, of which each takes a page of a file system, beyond one for each 64 KiB, and
    /// its labels. A frame has none. <see cref="PinSql.Overhead"/> computes the same.
    /// </summary>
    public long Overhead => PageBytes * Math.Max(0, Blocks - Bytes / BytesOfABlock) + LabelBytes;

    /// <summary>What the labels take as text.</summary>
    public long LabelBytes => PinRow.Json(Origins).Length + PinRow.Json(Meta).Length - EmptyLabels;

    private const long PageBytes = 4096;
    private const long BytesOfABlock = 65536;
    private const int EmptyLabels = 4; // [] and {}

    /// <summary>Unique to the millisecond, because the Pinning Service API pages by it.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>
    /// Of a directory: the blocks that it keeps, with what was sent besides its own. Null: not known, of an older server.
    /// </summary>
    public IReadOnlyList<Cid>? Covered { get; init; }

    /// <summary>When its node ended it; it is nobody's then, and kept a while. Null while it stands.</summary>
    public DateTimeOffset? Unpinned { get; init; }

    public IReadOnlyList<string> Origins { get; init; } = [];
    public IReadOnlyDictionary<string, string> Meta { get; init; } = new Dictionary<string, string>();

    public static string NewId() => Guid.NewGuid().ToString("N");
}
