namespace Wanda.Ops;

/// <summary>How much a screen should worry its reader; the worst is the highest (law 11).</summary>
public enum Alarm
{
    /// <summary>Nothing to do.</summary>
    Calm,

    /// <summary>Something waits; it clears by itself.</summary>
    Waiting,

    /// <summary>Somebody has to look.</summary>
    Trouble,

    /// <summary>A frame is proven nowhere any more.</summary>
    Lost,

    /// <summary>Frames are not taken: each minute costs some.</summary>
    CaptureStopped,
}

/// <summary>The grades in words.</summary>
public static class AlarmWords
{
    /// <summary>A grade as a screen calls it.</summary>
    public static string Of(Alarm alarm) => alarm switch
    {
        Alarm.CaptureStopped => "capture stopped",
        Alarm.Lost => "lost",
        Alarm.Trouble => "needs you",
        Alarm.Waiting => "waiting",
        _ => "calm",
    };
}
