using System.Globalization;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>How long this node can go on like this.</summary>
public sealed record Forecast
{
    /// <summary>The same in a sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>The same in a few words; null while the disk does not fill.</summary>
    public string? Brief { get; init; }

    /// <summary>How much it should worry.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Frames a night, the mean of the nights of the last week that had any.</summary>
    public required int FramesANight { get; init; }

    /// <summary>Bytes a night.</summary>
    public required long BytesANight { get; init; }

    /// <summary>Bytes that destinations proved in the last day.</summary>
    public required long BytesADay { get; init; }

    /// <summary>Bytes that can be written before captures are refused, with those that could be freed by then.</summary>
    public required long RoomBytes { get; init; }

    /// <summary>Nights until the disk is full; null when it does not fill, or nothing is known yet.</summary>
    public double? NightsLeft { get; init; }

    /// <summary>Computes it.</summary>
    /// <param name="nights">Frames and bytes of each night of the last week.</param>
    /// <param name="bytesADay">What destinations proved in the last day.</param>
    /// <param name="busy">
    /// Whether something waited to be sent all the while: then that is what the line carries, otherwise at least that.
    /// </param>
    /// <param name="roomBytes">Free space above the floor, and what can be freed.</param>
    public static Forecast? Of(IReadOnlyList<(int Frames, long Bytes)> nights, long bytesADay, bool busy, long roomBytes)
    {
        var worked = nights.Where(n => n.Frames > 0).ToList();
        if (worked.Count == 0)
            return null;
        var (frames, bytes) = ((int)Math.Round(worked.Average(n => n.Frames)), (long)worked.Average(n => n.Bytes));
        // What stays here of each night.
        var grows = busy || bytesADay == 0 ? Math.Max(0, bytes - bytesADay) : 0;
        double? left = grows > 0 ? Math.Max(0, (double)roomBytes / grows) : null;
        return new Forecast
        {
            FramesANight = frames,
            BytesANight = bytes,
            BytesADay = bytesADay,
            RoomBytes = roomBytes,
            NightsLeft = left,
            Brief = left is { } room ? $"the disk has room for {Nights(room)}" : null,
            Severity = left switch { < 2 => Severity.NeedsYou, < 7 => Severity.Waiting, _ => Severity.Calm },
            Sentence = $"About {NightSentence.Frames(frames)} ({new ByteSize(bytes)}) a night; " + (left, bytesADay) switch
            {
                (null, _) => $"what leaves in a day ({new ByteSize(bytesADay)}) keeps up with it, so the disk does not fill.",
                (_, 0) => $"nothing left in the last day, so the disk has room for {Nights(left.Value)}.",
                _ => $"only {new ByteSize(bytesADay)} leave in a day, so the disk has room for {Nights(left.Value)}.",
            },
        };
    }

    private static string Nights(double nights) => nights switch
    {
        < 1 => "less than a night",
        < 2 => "one more night",
        > 99 => "more than 99 nights",
        _ => $"{Math.Floor(nights).ToString("0", CultureInfo.InvariantCulture)} more nights",
    };
}
