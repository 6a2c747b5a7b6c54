using Wanda.Contracts;

namespace Wanda.Custody;

/// <summary>Whether a frame has a preview.</summary>
public enum PreviewState
{
    /// <summary>Not made yet.</summary>
    Pending,

    /// <summary>Made; it outlives the frame's release.</summary>
    Ready,

    /// <summary>There is none and will be none; <see cref="CaptureRecord.PreviewReason"/> says why.</summary>
    None,
}

/// <summary>What a capture is.</summary>
public enum CaptureKind
{
    /// <summary>A picture: what "187 frames tonight" counts.</summary>
    Frame,

    /// <summary>A video.</summary>
    Video,

    /// <summary>
    /// What another program wrote beside its pictures (JSON, TXT, CSV, LOG, XMP): kept and offloaded like them, and no frame.
    /// </summary>
    Sidecar,
}

/// <summary>One frame, as the catalogue knows it. Times are UTC.</summary>
public sealed record CaptureRecord
{
    /// <summary>The <see cref="Source"/> of what a crash left among the frames without a row, until its file is found again.</summary>
    public const string Recovered = "recovered";

    /// <summary>Its identity.</summary>
    public CaptureId Id { get; init; }

    /// <summary>The session it belongs to.</summary>
    public SessionName Session { get; init; }

    /// <summary>Its number in the session, from 1.</summary>
    public int Number { get; init; }

    /// <summary>What it is.</summary>
    public CaptureKind Kind { get; init; }

    /// <summary>For a sidecar: the frame that it belongs to; null when it belongs to its session.</summary>
    public CaptureId? PartOf { get; init; }

    /// <summary>The name its user knows, without a folder, as <see cref="RawName.ToString"/> writes it.</summary>
    public string FileName { get; init; } = "";

    /// <summary>
    /// The bytes of that name; null where <see cref="FileName"/> is the name as it is: what a camera gave, and older rows.
    /// </summary>
    public RawName? OriginalName { get; init; }

    /// <summary>The folder in which it lay below the watched one, with '/'; null for the watched folder itself.</summary>
    public RawName? Folder { get; init; }

    /// <summary>Where it lies, relative to the storage root, with '/'. The name is ours, safe everywhere, and never given again.</summary>
    public string Path { get; init; } = "";

    /// <summary>Size in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The file's modification time, ns since 1970; with <see cref="Inode"/> and the size it tells a changed file.</summary>
    public long ModifiedNs { get; init; }

    /// <summary>The file's inode; 0 where the system has none.</summary>
    public long Inode { get; init; }

    /// <summary>SHA-256 of the whole file, lower-case hex, computed while it was written.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The file's format as its extension names it: <c>fits</c>, <c>jpg</c>, ...</summary>
    public string Format { get; init; } = "";

    /// <summary>The camera or watched folder it came from.</summary>
    public string Source { get; init; } = "";

    /// <summary>
    /// For a watched file: what it is known by again without reading it (inode, times, size), so that it is not taken twice. Null when the
    /// file was overwritten since.
    /// </summary>
    public string? SourceKey { get; init; }

    /// <summary>For a watched file: where it was seen last, below the watched folder; it may have been renamed since.</summary>
    public RawName? SourcePath { get; init; }

    /// <summary>What became of that file where it is this node's to free; null: it is not, and is never touched.</summary>
    public OriginalState? Original { get; init; }

    /// <summary>Since when it is so; null: since the frame was saved.</summary>
    public DateTimeOffset? OriginalAt { get; init; }

    /// <summary>Why it lies there still although the frame is released (<see cref="OriginalHold"/> with its detail).</summary>
    public string? OriginalWhy { get; init; }

    /// <summary>When the exposure began (DATE-OBS), as far as known.</summary>
    public DateTimeOffset TakenAt { get; init; }

    /// <summary>When it was saved here.</summary>
    public DateTimeOffset SavedAt { get; init; }

    /// <summary>Whether the clock could be trusted when it was saved (law 10).</summary>
    public bool ClockTrusted { get; init; }

    /// <summary>Exposure, gain, filter, object, ... as a JSON object.</summary>
    public string Metadata { get; init; } = "{}";

    /// <summary>The root CID, once computed.</summary>
    public string? Cid { get; init; }

    /// <summary>Size of the frame's blocks together, in bytes (UnixFS Tsize).</summary>
    public long? DagBytes { get; init; }

    /// <summary>When the CID was computed and pinned here.</summary>
    public DateTimeOffset? AddedAt { get; init; }

    /// <summary>Whether it has a preview.</summary>
    public PreviewState Preview { get; init; }

    /// <summary>Why there is no preview.</summary>
    public string? PreviewReason { get; init; }

    /// <summary>Why its preview shows less than it should, in a sentence; null when it shows everything.</summary>
    public string? PreviewWarning { get; init; }

    /// <summary>What was measured when its preview was made; null where nothing was: developed pictures, and previews of 0.2.</summary>
    public FrameFigures? Figures { get; init; }

    /// <summary>
    /// Why a frame that the policy let go is still here, as its file, its destination or the door told at the last look; what the policy
    /// itself says (<see cref="Hold"/>) is asked of it again wherever it is shown, and not kept.
    /// </summary>
    public string? HoldReason { get; init; }

    /// <summary>When the release door was opened; the file may be gone from then on.</summary>
    public DateTimeOffset? ReleasingAt { get; init; }

    /// <summary>When the local bytes were freed.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>When its file here was found missing or damaged, though nobody released it; null while it is as it was saved.</summary>
    public DateTimeOffset? FileLostAt { get; init; }

    /// <summary>What is wrong with its file, in a sentence for the operator.</summary>
    public string? FileLostWhy { get; init; }

    /// <summary>When an operator discarded it.</summary>
    public DateTimeOffset? DiscardedAt { get; init; }

    /// <summary>The operator's reason for discarding it.</summary>
    public string? DiscardReason { get; init; }

    /// <summary>Who discarded it.</summary>
    public string? DiscardedBy { get; init; }

    /// <summary>When a discarded frame's local bytes and preview were gone.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>Whether its file is a link to where its program wrote it, rather than a copy.</summary>
    public bool LiesInPlace() => Original == OriginalState.InPlace;

    /// <summary>The same frame as it was when it was saved: nothing that was done with it since.</summary>
    public CaptureRecord AsSaved() => this with
    {
        Original = Original is null or OriginalState.InPlace ? Original : OriginalState.Here,
        OriginalAt = null,
        OriginalWhy = null,
        Cid = null,
        DagBytes = null,
        AddedAt = null,
        Preview = PreviewState.Pending,
        PreviewReason = null,
        PreviewWarning = null,
        Figures = null,
        HoldReason = null,
        ReleasingAt = null,
        ReleasedAt = null,
        FileLostAt = null,
        FileLostWhy = null,
        DiscardedAt = null,
        DiscardReason = null,
        DiscardedBy = null,
        ErasedAt = null,
    };
}
