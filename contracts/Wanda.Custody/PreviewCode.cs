namespace Wanda.Custody;

/// <summary>
/// Why a frame has no preview, where that is not the picture itself. Written by its name, as <see cref="DoorCode"/> is.
/// </summary>
public enum PreviewCode
{
    /// <summary>No preview can be made of the file; the detail is what the imaging library found.</summary>
    NotPossible,

    /// <summary>Its file is missing; the detail is its path.</summary>
    FileMissing,

    /// <summary>It was released before.</summary>
    Released,

    /// <summary>Making it failed; the detail is how.</summary>
    Failed,
}
