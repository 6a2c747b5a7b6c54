namespace Wanda.Ops;

/// <summary>A damaged or missing block.</summary>
/// <param name="Cid">Which.</param>
/// <param name="Of">The frame (<c>SESSION/NUMBER</c>) or archive that it belongs to; null when that is not known.</param>
/// <param name="Detail">What is wrong and where.</param>
public sealed record BlockDamage(string Cid, string? Of, string Detail);

/// <summary>What the embedded block store holds, and what is wrong with it.</summary>
public sealed record BlockStoreReport
{
    /// <summary>Blocks that were read and hashed, those in frames' files included.</summary>
    public required long CheckedBlocks { get; init; }

    /// <summary>Their bytes.</summary>
    public required long CheckedBytes { get; init; }

    /// <summary>Blocks that the store keeps in files of its own.</summary>
    public required long StoredBlocks { get; init; }

    /// <summary>Their bytes.</summary>
    public required long StoredBytes { get; init; }

    /// <summary>Frames whose files serve as blocks where they lie.</summary>
    public required long ReferredFiles { get; init; }

    /// <summary>Their bytes, which take no room in the store.</summary>
    public required long ReferredBytes { get; init; }

    /// <summary>Pins.</summary>
    public required long Pins { get; init; }

    /// <summary>What verification found.</summary>
    public required IReadOnlyList<BlockDamage> Damage { get; init; }

    /// <summary>Frames that lie elsewhere than when they were added, since the storage was moved: they are referred to there now.</summary>
    public int Moved { get; init; }

    /// <summary>Blocks made again from frames' files; null when nothing was to be repaired.</summary>
    public int? Rebuilt { get; init; }

    /// <summary>Blocks fetched from elsewhere; null when nothing was to be repaired.</summary>
    public int? Fetched { get; init; }

    /// <summary>The places that gave them, in the order in which each first did.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>The places that were asked for a block in vain, and what each answered first.</summary>
    public IReadOnlyList<SourceAnswer> Tried { get; init; } = [];

    /// <summary>What is wrong still.</summary>
    public required IReadOnlyList<BlockDamage> Remaining { get; init; }
}
