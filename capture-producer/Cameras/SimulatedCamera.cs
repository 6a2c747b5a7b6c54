using System.Buffers;
using System.Globalization;
using Wanda.Imaging;
using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer.Cameras;

/// <summary>
/// A camera without a sky: 16-bit FITS star fields with background, noise, seeing, drift and hot pixels, the same for the same seed and
/// frame number. The exposure is really waited for; one of zero is delivered at once and shows what 30 seconds would.
/// </summary>
/// <param name="options">Sensor and seed.</param>
/// <param name="time">The clock that exposures are waited with.</param>
/// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
public sealed class SimulatedCamera(SimulatedCameraOptions options, TimeProvider time) : ICamera
{
    private const double SetTemperature = -10;
    private const int RowsAtATime = 16;

    private static readonly TimeSpan ShownInsteadOfNothing = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    private readonly SimulatedCameraOptions _options = options.Validated();

    /// <inheritdoc/>
    public string Name => "Simulated camera";

    /// <inheritdoc/>
    public async Task<ExposedFrame> ExposeAsync(
        ExposureRequest request, Stream destination, IProgress<ExposureProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Exposure, TimeSpan.Zero);
        var takenAt = time.GetUtcNow();
        await WaitAsync(request.Exposure, progress, cancellationToken);
        var temperature = Math.Round(SetTemperature + 0.2 * Math.Sin(request.Number / 6.0), 1);
        var writer = await FitsWriter.StartAsync(destination, _options.Width, _options.Height,
            Cards(request, takenAt, temperature), cancellationToken);
        await RenderAsync(request, writer, cancellationToken);
        await writer.CompleteAsync(cancellationToken);
        return new ExposedFrame(FrameFormat.Fits, takenAt, request.Exposure)
        {
            Width = _options.Width,
            Height = _options.Height,
            Gain = request.Gain,
            Temperature = temperature,
            Filter = request.Filter,
            Object = request.Object,
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task WaitAsync(TimeSpan exposure, IProgress<ExposureProgress>? progress, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (TimeSpan elapsed; (elapsed = time.GetElapsedTime(start)) < exposure;)
        {
            progress?.Report(new ExposureProgress(elapsed, exposure));
            var left = exposure - elapsed;
            await Task.Delay(left < ProgressInterval ? left : ProgressInterval, time, cancellationToken);
        }

        progress?.Report(new ExposureProgress(exposure, exposure));
    }

    private async Task RenderAsync(ExposureRequest request, FitsWriter writer, CancellationToken cancellationToken)
    {
        var field = new StarField(_options, request,
            (request.Exposure > TimeSpan.Zero ? request.Exposure : ShownInsteadOfNothing).TotalSeconds);
        var electrons = new float[_options.Width];
        var samples = ArrayPool<ushort>.Shared.Rent(_options.Width * RowsAtATime);
        try
        {
            for (var y = 0; y < _options.Height; y += RowsAtATime)
            {
                var rows = Math.Min(RowsAtATime, _options.Height - y);
                // On the thread pool: the caller may be waiting for a signal to stop.
                await Task.Run(
                    () =>
                    {
                        for (var i = 0; i < rows; i++)
                            field.NextRow(electrons, samples.AsSpan(i * _options.Width, _options.Width));
                    },
                    cancellationToken);
                await writer.WriteAsync(samples.AsMemory(0, rows * _options.Width), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<ushort>.Shared.Return(samples);
        }
    }

    private FitsHeader Cards(ExposureRequest request, DateTimeOffset takenAt, double temperature)
    {
        var cards = new FitsHeader()
            .Add("DATE-OBS", takenAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff",
                CultureInfo.InvariantCulture), "start of exposure, UTC")
            .Add("EXPTIME", request.Exposure.TotalSeconds, "seconds")
            .Add("IMAGETYP", request.Type == FrameType.Unknown ? "LIGHT" : request.Type.ToString().ToUpperInvariant())
            .Add("XBINNING", 1)
            .Add("YBINNING", 1)
            .Add("XPIXSZ", 3.76, "micrometres")
            .Add("YPIXSZ", 3.76, "micrometres")
            .Add("INSTRUME", Name)
            .Add("TELESCOP", "Simulated telescope")
            .Add("FOCALLEN", 530.0, "millimetres")
            .Add("CCD-TEMP", temperature, "degrees Celsius")
            .Add("SET-TEMP", SetTemperature, "degrees Celsius")
            .Add("ROWORDER", "TOP-DOWN");
        if (request.Gain is { } gain)
            cards.Add("GAIN", gain);
        if (request.Offset is { } offset)
            cards.Add("OFFSET", offset);
        if (request.Filter is { } filter)
            cards.Add("FILTER", filter);
        if (request.Object is { } target)
            cards.Add("OBJECT", target);
        if (_options.Bayer)
            cards.Add("BAYERPAT", "RGGB").Add("XBAYROFF", 0).Add("YBAYROFF", 0);
        return cards.Add("FRAMENO", request.Number, "number in its session").Add("SWCREATE", "WANDA");
    }
}
