using Wanda.Contracts;

namespace Wanda.Catalog;

/// <summary>How an import is.</summary>
public enum ImportState
{
    /// <summary>It is asked for, and goes on whenever nothing else is to be done.</summary>
    Open,

    /// <summary>Every file of the folder was looked at.</summary>
    Done,

    /// <summary>The operator stopped it; what was taken stays.</summary>
    Stopped,
}

/// <summary>What an open import waits for. Written by its name.</summary>
public enum ImportWait
{
    /// <summary>Frames that come in, or a watched folder's older ones, are taken first.</summary>
    Others,

    /// <summary>What was taken is still to be added and sent.</summary>
    Queues,

    /// <summary>Room: it leaves <c>release.lowWater</c> free, so that tonight's frames never lack it.</summary>
    Room,

    /// <summary>Its folder, which cannot be read.</summary>
    Folder,

    /// <summary>The node's storage, which cannot be written to.</summary>
    Storage,

    /// <summary>Whoever still writes to files of its folder.</summary>
    Writers,
}

/// <summary>An old folder whose frames are taken once, behind everything else. Times are UTC.</summary>
public sealed record ImportRecord
{
    private const string Prefix = "import of ";

    /// <summary>Its number.</summary>
    public long Id { get; init; }

    /// <summary>The folder, absolute.</summary>
    public string Path { get; init; } = "";

    /// <summary>The preset by which its files are sorted; null for none.</summary>
    public string? Preset { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset AskedAt { get; init; }

    /// <summary>How it is.</summary>
    public ImportState State { get; init; }

    /// <summary>Files that are there, as far as they were counted.</summary>
    public long Found { get; init; }

    /// <summary>Their bytes.</summary>
    public long FoundBytes { get; init; }

    /// <summary>Files that are captures now and were none before.</summary>
    public long Taken { get; init; }

    /// <summary>Files that were captures already, from anywhere, by their content.</summary>
    public long Known { get; init; }

    /// <summary>Files that were not taken; each is listed with its reason.</summary>
    public long Refused { get; init; }

    /// <summary>Files that somebody was still writing to when all the others were through; each is listed.</summary>
    public long Left { get; init; }

    /// <summary>Bytes of what was taken, known or refused.</summary>
    public long DoneBytes { get; init; }

    /// <summary>The last file that was dealt with, below the folder: where it goes on after a stop. Null before the first.</summary>
    public RawName? Position { get; init; }

    /// <summary>What it waits for; null while it goes on.</summary>
    public ImportWait? Wait { get; init; }

    /// <summary>What belongs to <see cref="Wait"/>: what the system said.</summary>
    public string? Detail { get; init; }

    /// <summary>When it was done or stopped.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What its captures have as their source: the same for a second import of one folder.</summary>
    public string Source => Prefix + Path;

    /// <summary>Whether a source is an import's.</summary>
    public static bool IsSource(string source) => source.StartsWith(Prefix, StringComparison.Ordinal);
}
