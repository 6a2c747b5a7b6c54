using System.Globalization;
using Spectre.Console;
using Wanda.CaptureProducer.Survey;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary>A look into a folder before its files are taken, and what is said of it.</summary>
internal static class Look
{
    /// <summary>Looks.</summary>
    /// <exception cref="OpsException">It cannot be looked into.</exception>
    public static async Task<FolderSurvey> AtAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await new FolderSurveyor(TimeProvider.System).LookAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OpsException($"{path} cannot be looked into: {e.Message}", e);
        }
    }

    /// <summary>Says what is there, and how long it takes.</summary>
    public static void Tell(IAnsiConsole console, FolderSurvey found)
    {
        console.WriteLine($"  {Count(found.Frames, "picture")}, {Count(found.Videos, "video")} and {Count(found.Sidecars, "other file")} "
            + $"in {Count(found.Folders + 1, "folder")}, {new ByteSize(found.Bytes)}{Span(found)}."
            + (found.HasMore ? " There is more." : ""));
        if (found.Unreadable > 0)
        {
            console.WriteLine(
                $"  {Count(found.Unreadable, "entry", "entries")} cannot be read by this user.", Styles.Of(Severity.NeedsYou));
        }

        if (found.Sampled > 0)
            console.WriteLine($"  {Sample(found)}");
    }

    /// <summary>A number of something.</summary>
    public static string Count(int number, string what, string? many = null) =>
        $"{number.ToString("N0", CultureInfo.InvariantCulture)} {(number == 1 ? what : many ?? what + "s")}";

    private static string Sample(FolderSurvey found)
    {
        var whole = found.SampledIncomplete == 0 ? "none is cut off" : $"{found.SampledIncomplete} look cut off";
        var pace = found.BytesPerSecond > 0
            ? $" At the pace of that, reading all of it takes {Length(TimeSpan.FromSeconds(found.Bytes / found.BytesPerSecond))}."
            : "";
        return $"{Count(found.Sampled, "picture")} read whole: {whole}.{pace}";
    }

    private static string Length(TimeSpan time) =>
        time.TotalHours >= 1.5 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h")
        : time.TotalMinutes >= 1.5 ? $"{time.TotalMinutes:0} min"
        : $"{Math.Max(1, time.TotalSeconds):0} s";

    private static string Span(FolderSurvey found) => found is { Oldest: { } oldest, Newest: { } newest }
        ? $", from {oldest.ToLocalTime():yyyy-MM-dd} to {newest.ToLocalTime():yyyy-MM-dd}"
        : "";
}
