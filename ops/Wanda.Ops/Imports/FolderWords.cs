using System.Globalization;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>What lies in a folder, and how long it takes to take it, in words.</summary>
public static class FolderWords
{
    /// <summary>All there is to say.</summary>
    public static IReadOnlyList<string> Of(FolderView found) =>
        [.. ((string?[])[There(found), Unreadable(found), Sample(found)]).OfType<string>()];

    /// <summary>What is there.</summary>
    public static string There(FolderView found) =>
        $"{Count(found.Frames, "picture")}, {Count(found.Videos, "video")} and {Count(found.Sidecars, "other file")} "
        + $"in {Count(found.Folders + 1, "folder")}, {new ByteSize(found.Bytes)}{Span(found)}.{(found.HasMore ? " There is more." : "")}";

    /// <summary>What cannot be read; null when all can.</summary>
    public static string? Unreadable(FolderView found) =>
        found.Unreadable > 0 ? $"{Count(found.Unreadable, "entry", "entries")} cannot be read by this user." : null;

    /// <summary>What a sample told; null when there was none.</summary>
    public static string? Sample(FolderView found)
    {
        if (found.Sampled == 0)
            return null;
        var whole = found.SampledIncomplete == 0 ? "none is cut off" : $"{found.SampledIncomplete} look cut off";
        var pace = found.BytesPerSecond > 0
            ? $" At the pace of that, reading all of it takes {Length(TimeSpan.FromSeconds(found.Bytes / found.BytesPerSecond))}."
            : "";
        return $"{Count(found.Sampled, "picture")} read whole: {whole}.{pace}";
    }

    /// <summary>A number of something.</summary>
    public static string Count(int number, string what, string? many = null) =>
        $"{number.ToString("N0", CultureInfo.InvariantCulture)} {(number == 1 ? what : many ?? what + "s")}";

    private static string Length(TimeSpan time) =>
        time.TotalHours >= 1.5 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h")
        : time.TotalMinutes >= 1.5 ? $"{time.TotalMinutes:0} min"
        : $"{Math.Max(1, time.TotalSeconds):0} s";

    private static string Span(FolderView found) => found is { Oldest: { } oldest, Newest: { } newest }
        ? $", from {oldest.ToLocalTime():yyyy-MM-dd} to {newest.ToLocalTime():yyyy-MM-dd}"
        : "";
}
