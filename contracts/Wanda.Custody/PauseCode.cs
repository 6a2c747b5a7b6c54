namespace Wanda.Custody;

/// <summary>
/// Why a queue is paused, or a destination. It is written beside the pause by its name, so a name is never given another meaning; what it
/// is in words is chosen where it is shown.
/// </summary>
public enum PauseCode
{
    /// <summary>An operator paused it; the detail is the operator's words.</summary>
    Operator,

    /// <summary>The destination is down or asks to wait; the detail is what it answered. It is tried again by itself.</summary>
    Outage,

    /// <summary>
    /// The destination refuses us, and waiting alone will not mend it: a token, room, a wrong disk. The detail is what it answered and what
    /// to do.
    /// </summary>
    NeedsOperator,

    /// <summary>It is outside of the destination's hours; the detail is the hours.</summary>
    UploadWindow,

    /// <summary>The month's volume is used up; the detail is the volume.</summary>
    MonthlyVolume,

    /// <summary>Space is low, and the queue's work can wait; the detail is what is free.</summary>
    LittleSpace,
}
