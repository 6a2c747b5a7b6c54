using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>A camera or a watched folder as an operator sees it. Times are UTC.</summary>
public sealed record SourceView
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required SourceKind Kind { get; init; }

    /// <summary>The folder, or the camera's kind.</summary>
    public required string Place { get; init; }

    /// <summary>How it is, in a few words.</summary>
    public required string State { get; init; }

    /// <summary>How much that should worry.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Why it gives no frames; null while it does, and when no process runs it.</summary>
    public SourceCode? Code { get; init; }

    /// <summary>The same in words, and what to do.</summary>
    public string? Why { get; init; }

    /// <summary>Since when it is so; null when no process ever ran it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the process that runs it last said so; null as before.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>What was gone before it could be taken, in a sentence; null when nothing was.</summary>
    public string? Missed { get; init; }

    /// <summary>When the last of that was missed.</summary>
    public DateTimeOffset? MissedAt { get; init; }

    /// <summary>What became of its files, where they are this node's to free; null: they are never touched.</summary>
    public OriginalsView? Originals { get; init; }
}

/// <summary>The files of a source that are this node's to free. Times are UTC.</summary>
/// <param name="Since">What was there before is not touched, unless it was included; null: that is not on record yet.</param>
/// <param name="Freed">How many are freed.</param>
/// <param name="FreedBytes">Their bytes.</param>
/// <param name="Waiting">How many are there until their frames are freed.</param>
/// <param name="Kept">How many are there although their frames are freed.</param>
/// <param name="KeptBytes">Their bytes.</param>
/// <param name="Others">How many were replaced by another version, or removed by somebody else.</param>
/// <param name="Words">The same in a sentence.</param>
/// <param name="Problem">Why nothing can be removed, and what to do; null while it can.</param>
/// <param name="ProblemSince">Since when.</param>
public sealed record OriginalsView(DateTimeOffset? Since, long Freed, long FreedBytes, long Waiting, long Kept, long KeptBytes, long Others,
    string Words, string? Problem, DateTimeOffset? ProblemSince);

/// <summary>A file that was seen and is not taken. Times are UTC.</summary>
/// <param name="Source">Where it was seen.</param>
/// <param name="Path">Where it lies there; what is no visible text in it is written <c>\xNN</c>.</param>
/// <param name="Code">Why it is not taken.</param>
/// <param name="Reason">The same in words, and what to do.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Since">Since when it is refused for this reason.</param>
/// <param name="SeenAt">When it was last seen there.</param>
public sealed record RefusalView(
    string Source, RawName Path, RefusalCode? Code, string Reason, long Bytes, DateTimeOffset Since, DateTimeOffset SeenAt);

/// <summary>Where frames come from, and what was seen there and not taken.</summary>
/// <param name="Sources">The sources, by name.</param>
/// <param name="Refused">How many files are not taken.</param>
/// <param name="Refusals">The newest of them.</param>
public sealed record SourceListing(IReadOnlyList<SourceView> Sources, long Refused, IReadOnlyList<RefusalView> Refusals);
