using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>An operator's word that the originals in a watched folder go by proof. Times are UTC.</summary>
public sealed record AdoptionRecord
{
    /// <summary>The source's name in the configuration.</summary>
    public string Source { get; init; } = "";

    /// <summary>The folder: under the same name the word is of no other.</summary>
    public string Place { get; init; } = "";

    /// <summary>When the word was first seen: what was there before is not touched.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Which folder it was when an original was seen in it last; where another is, its disk is away.</summary>
    public string? Root { get; init; }

    /// <summary>Why nothing can be removed there, as the system says it; null while it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? ProblemSince { get; init; }
}

/// <summary>How many adopted originals of a source are in one state.</summary>
public sealed record OriginalCount
{
    /// <summary>The source's name.</summary>
    public string Source { get; init; } = "";

    /// <summary>The state.</summary>
    public OriginalState State { get; init; }

    /// <summary>Whether their frames are released: those that are still here are kept for a reason.</summary>
    public bool Released { get; init; }

    /// <summary>How many.</summary>
    public long Files { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }
}
