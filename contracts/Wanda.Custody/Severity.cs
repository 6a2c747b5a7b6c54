namespace Wanda.Custody;

/// <summary>How much a screen should worry its reader; the worst is the highest (law 11).</summary>
public enum Severity
{
    /// <summary>Nothing to do.</summary>
    Calm,

    /// <summary>Something waits; it clears by itself.</summary>
    Waiting,

    /// <summary>Somebody has to look.</summary>
    NeedsYou,

    /// <summary>A frame is proven nowhere any more.</summary>
    Lost,

    /// <summary>Frames are not taken: each minute costs some.</summary>
    CaptureStopped,
}

/// <summary>The grades in words.</summary>
public static class SeverityWords
{
    /// <summary>A grade as a screen calls it.</summary>
    public static string Of(Severity severity) => severity switch
    {
        Severity.CaptureStopped => "capture stopped",
        Severity.Lost => "lost",
        Severity.NeedsYou => "needs you",
        Severity.Waiting => "waiting",
        _ => "calm",
    };
}
