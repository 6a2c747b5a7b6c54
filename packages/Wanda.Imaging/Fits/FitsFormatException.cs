namespace Wanda.Imaging.Fits;

/// <summary>What is wrong with a FITS file, as far as a caller can act on it.</summary>
public enum FitsFault
{
    /// <summary>The file does not begin with <c>SIMPLE  =</c>: not FITS, or its first block is destroyed.</summary>
    NotFits,

    /// <summary>The file ends inside the header: still being written, or cut off.</summary>
    HeaderTruncated,

    /// <summary>No END card within <see cref="FitsHeader.MaxCards"/> cards.</summary>
    HeaderTooLong,

    /// <summary>A mandatory keyword (BITPIX, NAXIS, NAXISn) is missing or has an impossible value.</summary>
    BadStructure,
}

/// <summary>
/// The file is not FITS that can be read (FITS Standard 4.0, sections 3 and 4). The message is a sentence for an operator.
/// </summary>
/// <param name="fault">The kind of damage.</param>
/// <param name="message">What was found, and where.</param>
public sealed class FitsFormatException(FitsFault fault, string message) : Exception(message)
{
    /// <summary>The kind of damage.</summary>
    public FitsFault Fault { get; } = fault;
}
