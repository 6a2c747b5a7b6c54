using Wanda.CaptureProducer.Folders;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer;

/// <summary>A frame on its way in.</summary>
internal sealed record NewFrame
{
    public required SessionName Session { get; init; }

    /// <summary>Its number in the session; 0 takes the next free one.</summary>
    public int Number { get; init; }

    /// <summary>The name its user will know; the file on disk gets a safe one that is made of it.</summary>
    public required string FileName { get; init; }

    /// <summary>That name's bytes, where another program gave it.</summary>
    public RawName? OriginalName { get; init; }

    /// <summary>The folder in which it lay below the watched one.</summary>
    public RawName? Folder { get; init; }

    /// <summary>What it is.</summary>
    public CaptureKind Kind { get; init; }

    /// <summary>For a sidecar: the frame that it belongs to, as far as there is one.</summary>
    public CaptureId? PartOf { get; init; }

    /// <summary>How many bytes it will take; 0 where that is not known. Held against room before the first is written (law 6).</summary>
    public long SizeBytes { get; init; }

    /// <summary>The camera or watched folder it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>For a watched file: its look, by which it is known again.</summary>
    public string? SourceKey { get; init; }

    /// <summary>For a watched file: where it lies below the watched folder.</summary>
    public RawName? SourcePath { get; init; }

    /// <summary>For a watched file: whether it is ours to remove once the frame is released.</summary>
    public bool IsAdopted { get; init; }

    /// <summary>For a watched file that may stay where it lies, and be the frame there; null where it is copied.</summary>
    public LyingFile? Lies { get; init; }

    /// <summary>
    /// For a watched file: the capture that it is already, asked when its bytes are known and before it has a name here. Then nothing is
    /// kept of this copy.
    /// </summary>
    public Func<FrameFacts, CancellationToken, Task<CaptureRecord?>>? FindKnown { get; init; }

    /// <summary>Writes the frame's bytes into the file, and tells what is known of it.</summary>
    public required Func<FileStream, CancellationToken, Task<FrameFacts>> Write { get; init; }
}

/// <summary>A watched file that may be the frame where it lies.</summary>
/// <param name="File">It, open.</param>
/// <param name="Look">What it looked like at rest.</param>
/// <param name="Path">Where it lies, absolute.</param>
/// <param name="Root">The watched folder.</param>
/// <param name="Read">Reads it all, and tells what is known of it.</param>
internal sealed record LyingFile(
    OpenedFile File, FileLook Look, string Path, string Root, Func<CancellationToken, Task<FrameFacts>> Read);

/// <summary>What is known of a frame once its bytes are written.</summary>
/// <param name="Sha256">Of all its bytes, lower-case hex.</param>
/// <param name="TakenAt">When the exposure began, UTC; null where nothing says so.</param>
/// <param name="Metadata">Exposure, gain, filter, ... as a JSON object.</param>
internal sealed record FrameFacts(string Sha256, DateTimeOffset? TakenAt, string Metadata = "{}");
