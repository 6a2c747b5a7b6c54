namespace Wanda.Workers.Offload;

/// <summary>
/// The place of a piece of work in an offload queue (law 4): directories, which are small, come first; then the frames of the newest night,
/// then those of the night before. Tonight goes before the backlog of an outage, and in each night the oldest goes first.
/// </summary>
internal static class Turn
{
    /// <summary>Before every frame. In a queue the lowest number comes first.</summary>
    public const short First = short.MinValue;

    private static readonly int Epoch = new DateOnly(2000, 1, 1).DayNumber;

    /// <summary>The place of a frame.</summary>
    /// <param name="savedAt">When it was saved.</param>
    /// <param name="zone">Where the machine stands: its nights are from noon to noon.</param>
    public static short Of(DateTimeOffset savedAt, TimeZoneInfo zone)
    {
        var night = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(savedAt, zone).AddHours(-12).DateTime);
        return (short)Math.Clamp(Epoch - night.DayNumber, First + 1, 0);
    }
}
