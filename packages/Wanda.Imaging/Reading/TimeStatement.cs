namespace Wanda.Imaging;

/// <summary>
/// One thing that a file says of when its exposure began. Whether it can be true, and what a time without a zone means, is for the caller
/// to judge, who knows the file's own time and where the camera stands.
/// </summary>
/// <param name="Source">What said it: <c>DATE-OBS</c>, <c>DATE-OBS and UT</c>, <c>EXIF DateTimeOriginal</c>.</param>
/// <param name="Text">As it is written there, at most 200 printable characters; empty where it is missing and should be there.</param>
public sealed record TimeStatement(string Source, string Text)
{
    /// <summary>The time that it says; null where it cannot be read, and <see cref="Problem"/> says why.</summary>
    public DateTime? Clock { get; init; }

    /// <summary>How far <see cref="Clock"/> is ahead of UTC, by its zone or its time scale; null when it says neither.</summary>
    public TimeSpan? Offset { get; init; }

    /// <summary>Why it cannot be read: <c>is no date that has one meaning</c>, the end of a sentence.</summary>
    public string? Problem { get; init; }

    /// <summary>The time in UTC; null where that cannot be told, or is none that a calendar of the years 1 to 9999 has.</summary>
    public DateTimeOffset? Utc => Clock is { } clock && Offset is { } offset && clock.Ticks - offset.Ticks is >= 0 and var ticks
        && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
}
