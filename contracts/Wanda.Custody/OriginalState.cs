namespace Wanda.Custody;

/// <summary>
/// What became of a watched file that is this node's to free (<c>take: adopt</c>), apart from the copy here. It is written by its name, so
/// a name is never given another meaning.
/// </summary>
public enum OriginalState
{
    /// <summary>It lies in its folder, as far as is known, and goes when its frame is released.</summary>
    Here,

    /// <summary>Its removal was decided by proofs and begun: it may be aside, or gone.</summary>
    Freeing,

    /// <summary>It was removed, by proofs.</summary>
    Freed,

    /// <summary>Another version lies in its place: there is nothing left of it to free.</summary>
    Replaced,

    /// <summary>Somebody else removed it, or moved it out of the folder.</summary>
    Gone,

    /// <summary>
    /// It is the frame: nothing was copied. A read lease guards it, and its bytes are copied before a program that wants to write to it
    /// goes on. Once the frame is released it is <see cref="Here"/>.
    /// </summary>
    InPlace,
}

/// <summary>
/// Why a frame that lay where its program wrote it (<see cref="OriginalState.InPlace"/>) was copied after all. Written by its name.
/// </summary>
public enum OriginalCopied
{
    /// <summary>A program opened the file for writing.</summary>
    OpenedForWriting,

    /// <summary>It was renamed, removed or replaced: nothing but the guard led to its bytes.</summary>
    MovedAway,

    /// <summary>No lease was to be had for it any more.</summary>
    Unguarded,

    /// <summary>A stop came after it was copied, and before that was on record.</summary>
    Interrupted,
}

/// <summary>
/// Why an original whose frame is released lies in its folder still. Written by its name, as <see cref="OriginalState"/> is.
/// </summary>
public enum OriginalHold
{
    /// <summary>It is not the file, or not as it was, that the frame was taken from.</summary>
    Changed,

    /// <summary>A program has it open for writing, or wrote to it just then.</summary>
    Written,

    /// <summary>It has several names (hard links): removing one would free nothing.</summary>
    OtherNames,

    /// <summary>Its bytes are not those that were saved, although nobody wrote to it.</summary>
    Damaged,

    /// <summary>The frame is not proven elsewhere now as the policy wants it: this may be the last one.</summary>
    Unproven,

    /// <summary>A proof, the frame or the clock changed while it was looked at; the detail is a <see cref="DoorCode"/>.</summary>
    Shut,

    /// <summary>It may not be removed; the detail is what the system says.</summary>
    NotAllowed,

    /// <summary>It cannot be read or removed; the detail is what the system says.</summary>
    Failed,

    /// <summary>Its removal was interrupted, and it was put back; the detail is its name, where its own was taken meanwhile.</summary>
    PutBack,
}
