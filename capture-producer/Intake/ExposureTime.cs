using System.Globalization;
using Wanda.Imaging;

namespace Wanda.CaptureProducer;

/// <summary>When a frame's exposure began, which decides the night that it belongs to.</summary>
/// <param name="Start">UTC; from 1990 on, and in a year that every calendar has.</param>
/// <param name="From">How it was found: <c>DATE-OBS</c>, <c>file name</c>, <c>file time</c>, ...</param>
/// <param name="Remarks">What was not believed, or is assumed: sentences for the operator.</param>
internal sealed record ExposureTime(DateTimeOffset Start, string From, IReadOnlyList<string> Remarks)
{
    // Nothing digital was taken before; fields that a program never filled give 1858, 1900, 1904, 1970 or 1980.
    private static readonly DateTimeOffset Earliest = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Where 64 bits of nanoseconds end, as the catalogue has them.
    private static readonly DateTimeOffset Latest = new(2262, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The first of what the file says that can be true, then its name, then the file's own time. Nothing is guessed: what can be read in
    /// two ways is not read. A time without a zone is the node's.
    /// </summary>
    /// <param name="said">What the headers say, the most trustworthy first.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="fileTime">When the file was last written to; null where the file system gives no time that there is.</param>
    /// <param name="time">The node's clock and zone.</param>
    public static ExposureTime Of(IReadOnlyList<TimeStatement> said, string name, DateTimeOffset? fileTime, TimeProvider time)
    {
        var remarks = new List<string>();
        var file = fileTime >= Earliest && fileTime < Latest ? fileTime : null;
        var latest = (file ?? time.GetUtcNow()).AddDays(1);
        // That a date is missing is worth a remark only when the name has none either.
        var missing = said.Where(s => s.Text.Length == 0);
        foreach (var statement in said.Except(missing).Concat(RecorderName.Times(name)).Concat(missing))
        {
            if (Read(statement, time.LocalTimeZone, remarks) is not { } start)
                continue;
            if (start >= Earliest && start <= latest)
                return At(start, statement.Source);
            var why = start < Earliest ? "before 1990" : $"more than a day after {(file is null ? "now" : "the file's own time")}";
            remarks.Add($"{statement.Source} says {Shown(start)}: {why}, and not believed.");
        }

        if (file is { } written)
        {
            if (remarks.Count > 0)
                remarks.Add("The file's own time is taken for it.");
            return At(written.ToUniversalTime(), "file time");
        }

        remarks.Add("The file's own time cannot be either; the time at which it was taken in is used.");
        return At(time.GetUtcNow(), "intake");

        ExposureTime At(DateTimeOffset start, string from)
        {
            // Which of the two clocks is wrong cannot be told from here: a node without a clock of its own wakes up in the past.
            if (start > time.GetUtcNow().AddDays(1))
                remarks.Add($"{from} says {Shown(start)}, more than a day ahead of this machine's clock: one of the two is wrong.");
            return new ExposureTime(start, from, remarks);
        }
    }

    private static DateTimeOffset? Read(TimeStatement statement, TimeZoneInfo zone, List<string> remarks)
    {
        if (statement is { Clock: { } clock, Offset: null })
        {
            remarks.Add($"{statement.Source} says no time zone; it is read in the node's ({zone.Id}).");
            statement = statement with { Offset = zone.GetUtcOffset(clock) };
        }

        if (statement.Utc is { } start)
            return start;
        var text = statement.Text.Length == 0 ? "" : $" '{statement.Text}'";
        remarks.Add($"{statement.Source}{text} {statement.Problem ?? "is a time that no calendar has"}.");
        return null;
    }

    private static string Shown(DateTimeOffset start) => start.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
