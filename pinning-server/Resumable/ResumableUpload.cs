namespace Wanda.PinningServer;

/// <summary>A CAR that comes in parts, as the table <c>upload</c> holds it.</summary>
internal sealed record ResumableUpload
{
    public required string Id { get; init; }
    public required string Node { get; init; }

    /// <summary>Bytes of the CAR.</summary>
    public required long Length { get; init; }

    /// <summary>How many of them are on this disk, fsynced: the offset at which the caller goes on.</summary>
    public long Stored { get; init; }

    /// <summary>The caller's <c>Upload-Metadata</c>, as it was sent.</summary>
    public required string Metadata { get; init; }

    public required DateTimeOffset Expires { get; init; }

    /// <summary>The pin that it ended in; null while it is open.</summary>
    public string? Pin { get; init; }

    public bool IsWhole => Stored == Length;
}
