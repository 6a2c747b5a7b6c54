namespace Wanda.Custody;

/// <summary>
/// Why a frame that the policy lets go is still here. It is written by its name, so a name is never given another meaning; what it is in
/// words is chosen where it is shown.
/// </summary>
public enum DoorCode
{
    /// <summary>Its file is not the one that was saved; the detail is what is wrong with it.</summary>
    WrongFile,

    /// <summary>Its folder lets nothing be deleted; the detail is what the system says.</summary>
    ReadOnly,

    /// <summary>Its file could not be deleted; the detail is what the system said.</summary>
    NotDeleted,

    /// <summary>Another file was in its place when it was to go.</summary>
    Replaced,

    /// <summary>A destination was looked at once more and does not show what it had proven; the detail is its name.</summary>
    NotShown,

    /// <summary>The clock went back meanwhile.</summary>
    ClockWentBack,

    /// <summary>A proof was taken back or expired meanwhile.</summary>
    ProofGone,

    /// <summary>Its file was changed meanwhile; the detail is its path.</summary>
    FileChanged,

    /// <summary>It was released, discarded or changed meanwhile.</summary>
    FrameChanged,

    /// <summary>Its release was interrupted, and is decided anew.</summary>
    Interrupted,
}
