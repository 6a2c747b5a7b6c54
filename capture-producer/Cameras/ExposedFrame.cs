using Wanda.Imaging;

namespace Wanda.CaptureProducer.Cameras;

/// <summary>What a camera says of the frame that it has just written; null where it does not know.</summary>
/// <param name="Format">Of the bytes; gives the file its extension.</param>
/// <param name="TakenAt">Start of the exposure by this machine's clock.</param>
/// <param name="Exposure">As it was carried out.</param>
public sealed record ExposedFrame(FrameFormat Format, DateTimeOffset TakenAt, TimeSpan Exposure)
{
    /// <summary>Pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels.</summary>
    public int? Height { get; init; }

    /// <summary>In the camera's own unit.</summary>
    public double? Gain { get; init; }

    /// <summary>Of the sensor, degrees Celsius.</summary>
    public double? Temperature { get; init; }

    /// <summary>Name of the filter.</summary>
    public string? Filter { get; init; }

    /// <summary>Name of the target.</summary>
    public string? Object { get; init; }
}
