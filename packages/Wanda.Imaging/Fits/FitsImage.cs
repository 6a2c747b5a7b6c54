namespace Wanda.Imaging.Fits;

/// <summary>
/// Where and how the samples of an image lie in the file. Physical value = <see cref="Zero"/> + <see cref="Scale"/> * stored value.
/// </summary>
/// <param name="BitsPerSample">BITPIX: 8 unsigned, 16, 32 or 64 signed, -32 or -64 IEEE floating point; big-endian.</param>
/// <param name="Width">NAXIS1, pixels.</param>
/// <param name="Height">NAXIS2, pixels.</param>
/// <param name="Planes">NAXIS3 and up, multiplied: 1 for monochrome or Bayer, 3 for colour.</param>
/// <param name="Scale">BSCALE, 1 when absent.</param>
/// <param name="Zero">BZERO, 0 when absent; 32768 marks unsigned 16-bit samples.</param>
/// <param name="DataOffset">Of the first sample in the file, bytes.</param>
/// <param name="DataLength">Of the samples without the padding, bytes.</param>
public sealed record FitsImage(
    int BitsPerSample, int Width, int Height, int Planes, double Scale, double Zero, long DataOffset, long DataLength)
{
    /// <summary>Bytes in one sample.</summary>
    public int BytesPerSample => Math.Abs(BitsPerSample) / 8;

    /// <summary>
    /// Whether samples are unsigned 16-bit numbers by the convention of the standard (section 5.2.5), as of nearly every camera.
    /// </summary>
    public bool IsUnsigned16 => BitsPerSample == 16 && Scale == 1 && Zero == 32768;

    internal static FitsImage? From(FitsHeader header, FitsStructure structure, long dataOffset)
    {
        if (structure.Axes.Length < 2 || header.GetString("XTENSION") is not (null or "IMAGE"))
            return null;
        var planes = structure.Axes.Skip(2).Aggregate(1L, (product, axis) => product * axis);
        if (structure.Axes[0] is 0 or > int.MaxValue || structure.Axes[1] is 0 or > int.MaxValue || planes is 0 or > int.MaxValue)
            return null;
        var scale = header.GetReal("BSCALE") ?? 1;
        return new FitsImage(
            structure.BitsPerSample, (int)structure.Axes[0], (int)structure.Axes[1], (int)planes, scale == 0 ? 1 : scale,
            header.GetReal("BZERO") ?? 0,
            dataOffset, structure.DataLength);
    }
}
