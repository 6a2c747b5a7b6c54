using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>What room a destination has for this node.</summary>
/// <param name="Bytes">What it still takes.</param>
/// <param name="Frames">The same in frames as they come lately; null before the first.</param>
/// <param name="Words">The same in words: "room for about 40 more frames".</param>
/// <param name="Refusal">Why it keeps no room for a session that it was asked for, and what to do; null when it keeps it.</param>
public sealed record RoomView(long Bytes, long? Frames, string Words, string? Refusal)
{
    /// <summary>Puts it into words.</summary>
    /// <param name="destination">Its name.</param>
    /// <param name="report">What it said.</param>
    /// <param name="frameBytes">The size of a frame as they come lately; 0 when none came.</param>
    internal static RoomView Of(string destination, RoomReport report, long frameBytes)
    {
        long? frames = frameBytes > 0 ? report.Bytes / frameBytes : null;
        var words = frames switch
        {
            null => $"room for {new ByteSize(report.Bytes)}",
            0 => "no room for another frame",
            1 => "room for one more frame",
            var many => $"room for about {About(many.Value):N0} more frames",
        };
        return new RoomView(report.Bytes, frames, words, report.Refusal is { } refused
            ? $"{destination} cannot keep room for {refused.Session}, which would take {new ByteSize(refused.Bytes)}: "
                + $"{refused.Words.TrimEnd('.')}. It has {words}. Ask its operator for more, or add a destination."
            : null);
    }

    // Rounded to two digits: it is an estimate, and should look like one.
    private static long About(long count)
    {
        long unit = 1;
        while (count / unit >= 100)
            unit *= 10;
        return count / unit * unit;
    }
}
