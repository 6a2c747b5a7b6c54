namespace Wanda.Imaging;

/// <summary>Why a frame has no preview.</summary>
public enum NoPreviewReason
{
    /// <summary>The file is empty or of no known image format.</summary>
    NotAnImage,

    /// <summary>The file ends before the image does.</summary>
    Truncated,

    /// <summary>The content contradicts its format.</summary>
    Damaged,

    /// <summary>A valid form of the format that is not read here.</summary>
    Unsupported,

    /// <summary>Larger than <see cref="ThumbnailOptions.MaxPixels"/>.</summary>
    TooLarge,

    /// <summary>The library for the format is not installed; the message names its package. Worth another try after it is.</summary>
    DecoderMissing,
}

/// <summary>
/// No preview can be made of this file; the frame itself is data all the same. The message is a sentence for an operator.
/// </summary>
/// <param name="reason">Why.</param>
/// <param name="message">What was found, with figures, and what to install if that helps.</param>
/// <param name="innerException">What a decoder said.</param>
public sealed class NoPreviewException(NoPreviewReason reason, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Why.</summary>
    public NoPreviewReason Reason { get; } = reason;
}
