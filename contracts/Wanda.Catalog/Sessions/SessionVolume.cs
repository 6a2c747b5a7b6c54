using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>How much a session has brought so far, and what of it a destination did not take yet; discarded frames aside.</summary>
public sealed record SessionVolume
{
    /// <summary>The session.</summary>
    public SessionName Session { get; init; }

    /// <summary>How it came to be.</summary>
    public SessionKind Kind { get; init; }

    /// <summary>When it ended; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Its frames.</summary>
    public int Frames { get; init; }

    /// <summary>Those that the destination did not take yet.</summary>
    public int Waiting { get; init; }

    /// <summary>Bytes of all its frames' blocks; of their files, while they have no CID.</summary>
    public long Bytes { get; init; }
}
