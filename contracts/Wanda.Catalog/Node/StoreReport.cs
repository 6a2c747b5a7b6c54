namespace Wanda.Catalog;

/// <summary>One of the files that a node keeps what it knows in.</summary>
public enum NodeStoreKind
{
    /// <summary>The catalogue.</summary>
    Catalogue,

    /// <summary>The queue.</summary>
    Queue,

    /// <summary>The block store's index.</summary>
    Blocks,
}

/// <summary>What became of it.</summary>
public enum StoreHarm
{
    /// <summary>It was not there.</summary>
    Lost,

    /// <summary>It was older than its neighbours.</summary>
    Old,

    /// <summary>It could not be read, and was moved aside.</summary>
    Damaged,
}

/// <summary>A store that was made good from the others at a start (law 5).</summary>
public sealed record StoreReport
{
    /// <summary>Which.</summary>
    public required NodeStoreKind Store { get; init; }

    /// <summary>What had become of it.</summary>
    public required StoreHarm Harm { get; init; }

    /// <summary>When that was found, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How many frames were read into it from the journals; 0 for what is filled as the node works.</summary>
    public int Frames { get; init; }

    /// <summary>Where the damaged file lies; null when there is none.</summary>
    public string? Aside { get; init; }
}
