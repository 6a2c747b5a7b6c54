using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>One session, as the catalogue knows it. Times are UTC.</summary>
public sealed record SessionRecord
{
    /// <summary>Its name, and its folder's.</summary>
    public SessionName Name { get; init; }

    /// <summary>How it came to be.</summary>
    public SessionKind Kind { get; init; }

    /// <summary>When its first frame was asked for.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The directory CID of its newest archive.</summary>
    public string? DirectoryCid { get; init; }

    /// <summary>When that archive was made.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>How many frames that archive links to.</summary>
    public int ArchivedFrames { get; init; }

    /// <summary>Which of its archives that is, from 1; 0 while there is none.</summary>
    public int Revision { get; init; }

    /// <summary>
    /// The private facts of headers that this archive's <c>metadata.json</c> tells, as <see cref="PublishedHeaders.Written"/> has them;
    /// null: it was made before they were held back, and tells all that there are.
    /// </summary>
    public string? Published { get; init; }

    /// <summary>For a run of another program: the watched folder that it is in; null for every other session.</summary>
    public string? Source { get; init; }

    /// <summary>For a run: its folder below the watched one.</summary>
    public RawName? Folder { get; init; }

    /// <summary>For a run: the night in which it began.</summary>
    public string? RunNight { get; init; }

    /// <summary>For a run: when it began, as its program said; null where that said nothing.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>For a run: what its program said of it last; null where that said nothing.</summary>
    public ApplicationReport? Application { get; init; }

    /// <summary>What its user calls it: a run's folder, as <see cref="RawName.ToString"/> writes it; else its name.</summary>
    public string Label => Folder?.ToString() ?? Name.Value;
}

/// <summary>How many frames of a session are where.</summary>
public sealed record SessionCounts
{
    /// <summary>The session.</summary>
    public SessionName Session { get; init; }

    /// <summary>Frames that were not discarded.</summary>
    public int Frames { get; init; }

    /// <summary>Frames with a CID.</summary>
    public int Added { get; init; }

    /// <summary>Frames whose preview is ready, or known to be impossible.</summary>
    public int Previewed { get; init; }

    /// <summary>Frames that some destination off this machine has proven (in <c>wanda demo</c>: any destination).</summary>
    public int Proven { get; init; }

    /// <summary>Frames whose local bytes are freed.</summary>
    public int Released { get; init; }

    /// <summary>Bytes of all its frames.</summary>
    public long Bytes { get; init; }
}
