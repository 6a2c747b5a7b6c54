namespace Wanda.Workers.Tests.Stores;

/// <summary>What a node keeps on its disk besides frames, previews and keys.</summary>
public enum Store
{
    /// <summary>catalogue.db.</summary>
    Ledger,

    /// <summary>queue.db.</summary>
    Queue,

    /// <summary>The journals of all sessions.</summary>
    Journal,

    /// <summary>The block store: its index and its blocks.</summary>
    Index,
}

/// <summary>What becomes of a store.</summary>
public enum Harm
{
    /// <summary>Its files are gone.</summary>
    Lost,

    /// <summary>A copy from the middle of the night was put back.</summary>
    Old,

    /// <summary>Sectors in its middle hold something else.</summary>
    Damaged,

    /// <summary>Its first sectors do.</summary>
    Beheaded,

    /// <summary>Its last sectors do.</summary>
    Frayed,

    /// <summary>Its second half is gone.</summary>
    Cut,
}
