namespace Wanda.Ops;

/// <summary>How much a screen should worry its reader.</summary>
public enum Alarm
{
    /// <summary>Nothing to do.</summary>
    Calm,

    /// <summary>Something waits; it clears by itself.</summary>
    Waiting,

    /// <summary>Somebody has to look.</summary>
    Trouble,
}
