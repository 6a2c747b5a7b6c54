namespace Wanda.Imaging;

/// <summary>What was made of a frame: a baseline JPEG, and what was learnt on the way.</summary>
/// <param name="Width">Of the thumbnail, pixels.</param>
/// <param name="Height">Of the thumbnail, pixels.</param>
/// <param name="Format">Of the frame.</param>
/// <param name="Statistics">Of the frame at full resolution; null for formats that are already developed (JPEG, camera RAW).</param>
/// <param name="Warning">
/// A sentence when the picture shows less than it should ("the JPEG is damaged: ...", "every pixel has the value 0"), else null.
/// </param>
public sealed record Thumbnail(int Width, int Height, FrameFormat Format, FrameStatistics? Statistics, string? Warning)
{
    /// <summary>Always <c>image/jpeg</c>.</summary>
    public const string MediaType = "image/jpeg";
}
