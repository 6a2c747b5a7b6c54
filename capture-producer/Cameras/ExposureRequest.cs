using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer.Cameras;

/// <summary>One exposure.</summary>
/// <param name="Number">Of the frame in its session, from 1.</param>
/// <param name="Exposure">Zero to hours.</param>
public sealed record ExposureRequest(long Number, TimeSpan Exposure)
{
    /// <summary>In the camera's own unit; null leaves it as it is.</summary>
    public double? Gain { get; init; }

    /// <summary>In the camera's own unit; null leaves it as it is.</summary>
    public double? Offset { get; init; }

    /// <summary>Name of the filter that is in the beam.</summary>
    public string? Filter { get; init; }

    /// <summary>Name of the target.</summary>
    public string? Object { get; init; }

    /// <summary>Default <see cref="FrameType.Light"/>.</summary>
    public FrameType Type { get; init; } = FrameType.Light;
}

/// <summary>How far an exposure is.</summary>
/// <param name="Elapsed">Since the shutter opened.</param>
/// <param name="Exposure">What was asked for.</param>
public readonly record struct ExposureProgress(TimeSpan Elapsed, TimeSpan Exposure);
