namespace Wanda.Catalog;

/// <summary>Why a source gives no frames, or none is taken of it. Written by its name, as <see cref="RefusalCode"/> is.</summary>
public enum SourceCode
{
    /// <summary>The node's storage is not there; the detail is what its check said, and what to do.</summary>
    Storage,

    /// <summary>The node's storage cannot be written to; the detail is what the system said.</summary>
    StorageReadOnly,

    /// <summary>The node has no room; the detail is a <see cref="RoomDetail"/>.</summary>
    NoRoom,

    /// <summary>Its frames are larger than the node's disk; the detail is a <see cref="RoomDetail"/>.</summary>
    TooLarge,

    /// <summary>The watched folder cannot be read; the detail is what the system said.</summary>
    Folder,

    /// <summary>The camera failed; the detail is what it said.</summary>
    Camera,

    /// <summary>A frame could not be saved; the detail is what the system said.</summary>
    NotSaved,

    /// <summary>Nothing was heard of it; the detail is for how many minutes.</summary>
    Silent,

    /// <summary>It failed and is begun again; the detail is what went wrong.</summary>
    Failed,
}

/// <summary>Why a source gives no frames, with what the code asks for.</summary>
/// <param name="Code">Why.</param>
/// <param name="Detail">What belongs to it.</param>
public readonly record struct SourceTrouble(SourceCode Code, string Detail);
