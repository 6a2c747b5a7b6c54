using System.Globalization;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>Puts a night into the operator's words.</summary>
public static class NightSentence
{
    /// <summary>What <c>wanda demo</c> says beside every count.</summary>
    public const string Demo = "Demo: the pinning server runs on this machine, so its copies count here and nowhere else.";

    private const int ShownNeeds = 2;

    /// <summary>The answer in one sentence.</summary>
    public static string Of(NightSummary summary, TimeZoneInfo zone)
    {
        var text = OfFrames(summary, zone) + NeedsYou(summary);
        return summary.CaptureStopped is { } stopped ? $"{stopped} {text}" : text;
    }

    // Whatever somebody has to look at is in the sentence: by itself, as what frames wait for, or in a few words at its end.
    private static string NeedsYou(NightSummary summary)
    {
        var said = summary.Counts.OnlyHere > 0 && summary.Clear is { } clear ? clear.Needs : [];
        var needs = summary.Notices.Where(n => n.Severity == Severity.NeedsYou && !(n.Need is { } need && said.Contains(need)))
            .Select(n => n.Brief)
            .Append(summary.Forecast is { Severity: Severity.NeedsYou } forecast ? forecast.Brief : null)
            .OfType<string>().Distinct().ToList();
        var more = needs.Count > ShownNeeds ? $"; and {Number(needs.Count - ShownNeeds)} more" : "";
        return needs.Count == 0 ? "" : $" Needs you: {string.Join("; ", needs.Take(ShownNeeds))}{more}.";
    }

    private static string OfFrames(NightSummary summary, TimeZoneInfo zone)
    {
        if (summary.Night is not { } night)
            return "No frames yet.";
        var counts = summary.Counts;
        var text = $"{(counts.Frames == 0 ? "No frames" : Frames(counts.Frames))} {night.Words(summary.Today ?? summary.At, zone)}";
        if (!summary.ClockIsBelieved)
            text += " (by a clock that is not believed)";
        text += (counts.Safe, counts.OnlyHere) switch
        {
            _ when counts.Frames == 0 => "",
            _ when counts.Safe == counts.Frames => $", all safe on {Destinations(summary.SafeOn, counts.Safe)}",
            (0, 0) => "",
            (0, _) => ", none safe yet",
            _ => $", {Number(counts.Safe)} safe on {Destinations(summary.SafeOn, counts.Safe)}",
        };
        if (counts.Expired > 0)
            text += $", {Number(counts.Expired)} to be proven again";
        if (counts.Near > 0)
            text += $", {Number(counts.Near)} only on a destination on this machine";
        if (counts.LeftBehind > 0)
            text += $", {Number(counts.LeftBehind)} left behind";
        if (counts.Lost > 0)
            text += $", {Number(counts.Lost)} lost";
        text += OnlyHere(summary, zone); // with what they wait for, so it is the last
        if (summary.OlderOnlyHere > 0)
            text += $"; {Number(summary.OlderOnlyHere)} of earlier nights only here too";
        if (summary.OthersOnlyHere > 0)
            text += $"; {Number(summary.OthersOnlyHere)} other {(summary.OthersOnlyHere == 1 ? "file" : "files")} only here";
        text += ".";
        if (LeftBehindWords.Sentence(summary.LeftBehind) is { } left)
            text = $"{left} {text}";
        if (summary.LostFiles + summary.OthersLostFiles is > 0 and var gone)
        {
            text = $"{Files(summary.LostFiles, summary.OthersLostFiles)} {(gone == 1 ? "is" : "are")} lost: not here as saved any more, "
                + $"and proven nowhere. {text}";
        }

        return summary.LostFreed + summary.OthersLostFreed is > 0 and var freed
            ? $"{Files(summary.LostFreed, summary.OthersLostFreed)} {(freed == 1 ? "was" : "were")} freed here and can be proven nowhere "
                + $"any more. {text}"
            : text;
    }

    /// <summary>Pictures, and what lies beside them, apart.</summary>
    public static string Files(int frames, int others) => (frames, others) switch
    {
        (_, 0) => Frames(frames),
        (0, 1) => "1 file that is no frame",
        (0, _) => $"{Number(others)} files that are no frames",
        (_, 1) => $"{Frames(frames)} and 1 other file",
        _ => $"{Frames(frames)} and {Number(others)} other files",
    };

    /// <summary>So many frames.</summary>
    public static string Frames(int count) => count == 1 ? "1 frame" : $"{Number(count)} frames";

    private static string OnlyHere(NightSummary summary, TimeZoneInfo zone) => summary.Counts.OnlyHere == 0
        ? ""
        : $", {Number(summary.Counts.OnlyHere)} {Where(summary.Counts)}" + summary.Clear switch
        {
            { At: { } at } => $", clear about {OperatorTime.Clock(at, summary.At, zone)}",
            { StandsStill: true, Unknown: { } why } => $": {why}",
            { Unknown: { } why } => $"; when that clears cannot be told yet: {why}",
            _ => "",
        };

    // What a destination on this machine has too fails with it all the same.
    private static string Where(CustodyCounts counts) => (counts.OnlyHere - counts.OnlyHereNear, counts.OnlyHereNear) switch
    {
        (_, 0) => "only here",
        (0, _) => "only on this machine",
        (var here, _) => $"only on this machine ({Number(here)} only here)",
    };

    private static string Destinations(IReadOnlyList<DestinationCount> safeOn, int safe) => safeOn switch
    {
        [] => "no destination",
        [var only] => only.Destination,
        _ when safeOn.All(d => d.Frames == safe) => string.Join(" and ", safeOn.Select(d => d.Destination)),
        _ => string.Join(", ", safeOn.Select(d => $"{d.Destination} ({Number(d.Frames)})")),
    };

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
