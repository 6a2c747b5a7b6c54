namespace Wanda.Imaging.Fits;

/// <summary>How the length of a file compares with what its headers declare.</summary>
public enum FitsLength
{
    /// <summary>Every declared byte is there.</summary>
    Complete,

    /// <summary>Every sample is there, only padding to a multiple of 2880 bytes is missing; some programs never write it.</summary>
    Unpadded,

    /// <summary>Samples are missing: still being written, or cut off.</summary>
    Truncated,

    /// <summary>Complete, followed by bytes that are no extension.</summary>
    TrailingBytes,
}

/// <summary>A FITS file as its headers tell it; the samples are not read.</summary>
public sealed class FitsFile
{
    // Frames have one or two units; files of spectra have hundreds, which are of no interest here.
    private const int MaxUnits = 64;

    private FitsFile(FitsHeader primary, long fileLength) => (Primary, Header, FileLength) = (primary, primary, fileLength);

    /// <summary>The header of the first unit.</summary>
    public FitsHeader Primary { get; }

    /// <summary>The header of the unit that holds the image; the primary one when there is none.</summary>
    public FitsHeader Header { get; private set; }

    /// <summary>The first image; null when the file has none, or holds it compressed.</summary>
    public FitsImage? Image { get; private set; }

    /// <summary>Whether the image is tile-compressed (<c>.fits.fz</c>; FITS Standard 4.0, section 10).</summary>
    public bool IsCompressed { get; private set; }

    /// <summary>Bytes that the file has.</summary>
    public long FileLength { get; }

    /// <summary>Bytes that the headers declare, padding included.</summary>
    public long DeclaredLength { get; private set; }

    /// <summary>How the two compare.</summary>
    public FitsLength Length { get; private set; }

    /// <summary>The keywords of a frame, by meaning; those missing from the image's header are looked up in the primary one.</summary>
    public FrameMetadata Metadata => FrameMetadata.From(Header, Primary);

    internal long ImageDataOffset { get; private set; }

    /// <summary>Reads the headers of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="FitsFormatException">The first header cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<FitsFile> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0, useAsync: true);
        await using var _ = stream.ConfigureAwait(false);
        return await ReadAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the headers of a seekable stream from its beginning.</summary>
    /// <inheritdoc cref="ReadAsync(string, CancellationToken)"/>
    public static async Task<FitsFile> ReadAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        stream.Position = 0;
        var header = await FitsHeaderReader.ReadAsync(stream, FitsHeaderReader.Primary, cancellationToken).ConfigureAwait(false);
        var file = new FitsFile(header, stream.Length);
        for (var unit = 1; file.Take(header, stream.Position) && unit < MaxUnits; unit++)
        {
            stream.Position = file.DeclaredLength;
            try
            {
                header = await FitsHeaderReader.ReadAsync(stream, FitsHeaderReader.Extension, cancellationToken).ConfigureAwait(false);
            }
            catch (FitsFormatException e)
            {
                file.Length = e.Fault == FitsFault.HeaderTruncated ? FitsLength.Truncated : FitsLength.TrailingBytes;
                break;
            }
        }

        return file;
    }

    /// <summary>Takes in one unit; false when the file ends with it.</summary>
    private bool Take(FitsHeader header, long dataOffset)
    {
        FitsStructure structure;
        try
        {
            structure = FitsStructure.Of(header);
        }
        catch (FitsFormatException) when (header != Primary)
        {
            Length = FitsLength.TrailingBytes;
            return false;
        }

        var end = dataOffset + structure.DataLength;
        DeclaredLength = (end + FitsHeaderReader.BlockLength - 1) / FitsHeaderReader.BlockLength * FitsHeaderReader.BlockLength;
        Length = FileLength < end ? FitsLength.Truncated : FileLength < DeclaredLength ? FitsLength.Unpadded : FitsLength.Complete;
        if (Image is null && !IsCompressed)
        {
            Image = FitsImage.From(header, structure, dataOffset);
            IsCompressed = header.GetLogical("ZIMAGE") == true && header.GetString("XTENSION") == "BINTABLE";
            if (Image is not null || IsCompressed)
                (Header, ImageDataOffset) = (header, dataOffset);
        }

        return FileLength > DeclaredLength;
    }
}
