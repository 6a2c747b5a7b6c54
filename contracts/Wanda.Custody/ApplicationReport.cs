namespace Wanda.Custody;

/// <summary>
/// What a capture program says of a run in <c>session_metadata.json</c>. It is evidence of nothing: <c>running</c> stays after a crash, and
/// images are counted that were never written. No path of the machine is in it. Times are UTC.
/// </summary>
public sealed record ApplicationReport
{
    private const int MaxText = 1000;
    private const int MaxImages = 100_000_000;
    private const double MaxHours = 1_000_000;
    private static readonly DateTimeOffset Earliest = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2262, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The <see cref="Status"/> of a run that goes on, or that a crash ended.</summary>
    public const string Running = "running";

    /// <summary>The name that its user gave it; null also where that is a path of the machine.</summary>
    public string? Name { get; init; }

    /// <summary>How many images it is to have.</summary>
    public int? TotalImages { get; init; }

    /// <summary>How many the program counted.</summary>
    public int? ImagesCaptured { get; init; }

    /// <summary>How it stands: <c>running</c>, <c>completed</c>, <c>error</c>.</summary>
    public string? Status { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When its user stopped it; null also when it ran to its end.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>Whether the camera's settings were taken as they were.</summary>
    public bool? UseCurrentSettings { get; init; }

    /// <summary>Whether the mount was to track.</summary>
    public bool? EnableTracking { get; init; }

    /// <summary>For how many hours it was planned.</summary>
    public double? TotalTimeHours { get; init; }

    /// <summary>Whether the mount's tracking was stopped at its end.</summary>
    public bool? MountTrackingStopped { get; init; }

    /// <summary>The same without what cannot be true, or is not to be told.</summary>
    public ApplicationReport Sound() => this with
    {
        Name = Text(Name),
        Status = Text(Status),
        TotalImages = TotalImages is >= 0 and <= MaxImages ? TotalImages : null,
        ImagesCaptured = ImagesCaptured is >= 0 and <= MaxImages ? ImagesCaptured : null,
        StartTime = Time(StartTime),
        EndTime = Time(EndTime),
        TotalTimeHours = TotalTimeHours is >= 0 and <= MaxHours ? TotalTimeHours : null,
    };

    /// <summary>Whether a text is a path from a machine's root, or its user's home.</summary>
    public static bool IsPath(string text) => text.TrimStart() is ['/' or '\\' or '~', ..] or [_, ':', ..]
        || text.StartsWith("../", StringComparison.Ordinal) || text.Contains("/../", StringComparison.Ordinal)
        || text.Contains("://", StringComparison.Ordinal);

    private static string? Text(string? text) => text is { Length: > 0 and <= MaxText } && !IsPath(text) ? text : null;

    // As the catalogue has times: in whole milliseconds.
    private static DateTimeOffset? Time(DateTimeOffset? time) => time >= Earliest && time < Latest
        ? DateTimeOffset.FromUnixTimeMilliseconds(time.Value.ToUnixTimeMilliseconds())
        : null;
}
