namespace Wanda.Ops;

/// <summary>What a fetch brought.</summary>
public sealed record FetchReport
{
    /// <summary>The session.</summary>
    public required string Session { get; init; }

    /// <summary>The folder, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>How many frames the session has, discarded ones aside.</summary>
    public required int Frames { get; init; }

    /// <summary>Copied from this node's own files.</summary>
    public required int FromHere { get; init; }

    /// <summary>Fetched from a destination.</summary>
    public required int FromDestinations { get; init; }

    /// <summary>Bytes that came from destinations now; what an earlier fetch left behind is not counted.</summary>
    public required long FetchedBytes { get; init; }

    /// <summary>In the folder before, whole.</summary>
    public required int AlreadyThere { get; init; }

    /// <summary>What could not be brought, and why.</summary>
    public required IReadOnlyList<MissingFrame> Missing { get; init; }

    /// <summary>Places that did not give a frame which came from another then, each with its first answer.</summary>
    public required IReadOnlyList<SourceAnswer> Tried { get; init; }
}

/// <summary>A frame that could not be brought.</summary>
/// <param name="File">Its name in the folder.</param>
/// <param name="Why">Why not, each place that was tried.</param>
public sealed record MissingFrame(string File, string Why);

/// <summary>How a fetch goes on.</summary>
/// <param name="Bytes">Bytes that are whole in the folder since the last report.</param>
/// <param name="TotalBytes">Bytes of the session.</param>
public sealed record FetchProgress(long Bytes, long TotalBytes);
