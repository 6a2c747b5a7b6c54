namespace Wanda.CaptureProducer.Cameras;

/// <summary>
/// Takes one exposure after the other. It knows nothing of files, sessions and queues: the bytes of a frame go into a stream that the
/// caller makes durable. Not to be used by two callers at a time.
/// </summary>
public interface ICamera : IAsyncDisposable
{
    /// <summary>For people and for INSTRUME.</summary>
    string Name { get; }

    /// <summary>Exposes, and writes the whole frame.</summary>
    /// <param name="request">What to take.</param>
    /// <param name="destination">
    /// Gets the file's bytes, from its position on; neither flushed nor closed. Nothing is written before the exposure has ended.
    /// </param>
    /// <param name="progress">Told now and then while the exposure lasts.</param>
    /// <param name="cancellationToken">Aborts the exposure; what the stream holds by then is to be thrown away.</param>
    /// <exception cref="CameraException">The camera did not deliver; the message says what the operator can do.</exception>
    Task<ExposedFrame> ExposeAsync(ExposureRequest request, Stream destination, IProgress<ExposureProgress>? progress = null,
        CancellationToken cancellationToken = default);
}
