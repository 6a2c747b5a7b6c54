using Wanda.Contracts;

namespace Wanda.Catalog;

/// <summary>What frames come from.</summary>
public enum SourceKind
{
    /// <summary>A camera that this node drives.</summary>
    Camera,

    /// <summary>A folder that another program writes to.</summary>
    Folder,
}

/// <summary>How a source is.</summary>
public enum SourceState
{
    /// <summary>It is looked at, and what it gives is taken.</summary>
    Running,

    /// <summary>It cannot be looked at, or what it gives cannot be taken; it is tried again by itself.</summary>
    Waiting,

    /// <summary>It has given all that it was configured to give.</summary>
    Done,
}

/// <summary>One source of frames, as the process that runs it last said. Times are UTC.</summary>
public sealed record SourceRecord
{
    /// <summary>Its name in the configuration.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it is.</summary>
    public SourceKind Kind { get; init; }

    /// <summary>The folder, or the camera's kind.</summary>
    public string Place { get; init; } = "";

    /// <summary>How it is.</summary>
    public SourceState State { get; init; }

    /// <summary>Why it does not run; null while it does.</summary>
    public SourceCode? Code { get; init; }

    /// <summary>The detail of <see cref="Code"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when it is so.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When the process that runs it last said so, at least once a minute: an old time is a process that is gone.</summary>
    public DateTimeOffset SeenAt { get; init; }

    /// <summary>Versions of files that were overwritten or removed before they could be taken.</summary>
    public long Missed { get; init; }

    /// <summary>False when there may have been more: the folder is polled, and a look sees only what is there.</summary>
    public bool MissedExactly { get; init; } = true;

    /// <summary>When the last of them was missed; null when none was.</summary>
    public DateTimeOffset? MissedAt { get; init; }
}

/// <summary>A file that was seen in a watched folder and is not taken. It is looked at again when it changes.</summary>
public sealed record RefusalRecord
{
    /// <summary>The source's name.</summary>
    public string Source { get; init; } = "";

    /// <summary>Where it lies below the watched folder.</summary>
    public RawName Path { get; init; } = RawName.FromText("?");

    /// <summary>Why it is not taken.</summary>
    public RefusalCode? Code { get; init; }

    /// <summary>The detail of <see cref="Code"/>; without it a sentence for the operator.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Its size in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Since when it is refused for this reason, UTC.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it was last seen there, UTC.</summary>
    public DateTimeOffset SeenAt { get; init; }
}

/// <summary>How many files of a source are not taken for one reason.</summary>
public sealed record RefusalCount
{
    /// <summary>The source's name.</summary>
    public string Source { get; init; } = "";

    /// <summary>Why they are not taken.</summary>
    public RefusalCode? Code { get; init; }

    /// <summary>The detail of <see cref="Code"/>; without it a sentence for the operator.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How many there are.</summary>
    public long Files { get; init; }

    /// <summary>Since when the first of them is refused, UTC.</summary>
    public DateTimeOffset Since { get; init; }
}
