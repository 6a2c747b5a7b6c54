using System.Buffers.Binary;
using Wanda.CaptureProducer.Cameras;
using Wanda.Imaging;
using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer.Tests.Cameras;

public class SimulatedCameraTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_frame_is_complete_fits_and_tells_what_was_asked_for()
    {
        var request = new ExposureRequest(7, TimeSpan.Zero) { Gain = 120, Offset = 30, Filter = "Ha", Object = "Barnard's Loop" };
        var (frame, bytes) = await ExposeAsync(new SimulatedCameraOptions { Width = 321, Height = 123 }, request);
        Assert.Equal((FrameFormat.Fits, 321, 123, 120.0, "Ha"), (frame.Format, frame.Width, frame.Height, frame.Gain, frame.Filter));

        var fits = await FitsFile.ReadAsync(new MemoryStream(bytes));
        Assert.Equal((FitsLength.Complete, true), (fits.Length, fits.Image!.IsUnsigned16));
        var metadata = fits.Metadata;
        Assert.Equal((frame.TakenAt, 0.0, 120.0, 30.0), (metadata.TakenAt, metadata.ExposureSeconds, metadata.Gain, metadata.Offset));
        Assert.Equal(("Ha", "Barnard's Loop", FrameType.Light), (metadata.Filter, metadata.Object, metadata.Type));
        Assert.Equal((frame.Temperature, RowOrder.TopDown), (metadata.SensorTemperature, metadata.RowOrder));
    }

    /// <summary>A crash must not change a night: the frame that is taken again is the same.</summary>
    [Fact]
    public async Task The_same_seed_and_number_give_the_same_frame_and_others_do_not()
    {
        var options = new SimulatedCameraOptions { Width = 200, Height = 150 };
        var first = (await ExposeAsync(options, new ExposureRequest(1, TimeSpan.Zero))).Bytes;
        Assert.Equal(first, (await ExposeAsync(options, new ExposureRequest(1, TimeSpan.Zero))).Bytes);
        Assert.NotEqual(first, (await ExposeAsync(options, new ExposureRequest(2, TimeSpan.Zero))).Bytes);
        Assert.NotEqual(first, (await ExposeAsync(options with { Seed = 2 }, new ExposureRequest(1, TimeSpan.Zero))).Bytes);
    }

    [Fact]
    public async Task The_sky_has_background_noise_and_stars()
    {
        var samples = Samples(
            (await ExposeAsync(new SimulatedCameraOptions { Width = 800, Height = 600 }, new ExposureRequest(1, TimeSpan.Zero))).Bytes);
        var sorted = samples.Order().ToArray();
        var median = sorted[sorted.Length / 2];
        Assert.InRange(median, 1000, 1200); // pedestal 500, 30 seconds of sky
        var noise = samples.Select(s => Math.Abs(s - median)).Order().ElementAt(samples.Length / 2) * 1.4826;
        Assert.InRange(noise, 20, 60); // photon noise of 600 electrons, and the gradient
        Assert.InRange(samples.Count(s => s > median + 10 * noise) / (double)samples.Length, 0.0005, 0.05);
    }

    [Fact]
    public async Task A_dark_frame_has_no_sky()
    {
        var samples = Samples(
            (await ExposeAsync(new SimulatedCameraOptions { Width = 200, Height = 150 },
                new ExposureRequest(1, TimeSpan.Zero) { Type = FrameType.Dark })).Bytes);
        Assert.InRange(samples.Average(s => s), 490, 530);
    }

    [Fact]
    public async Task A_bayer_frame_is_rggb_from_the_top_left()
    {
        var options = new SimulatedCameraOptions { Width = 200, Height = 150, Bayer = true, StarsPerMegapixel = 0 };
        var (_, bytes) = await ExposeAsync(options, new ExposureRequest(1, TimeSpan.Zero));
        Assert.Equal("RGGB", (await FitsFile.ReadAsync(new MemoryStream(bytes))).Metadata.BayerPattern);
        var samples = Samples(bytes);
        double Mean(int column, int row) => samples.Where((_, i) => i % 200 % 2 == column && i / 200 % 2 == row).Average(s => s);
        Assert.True(Mean(1, 0) > Mean(0, 0) && Mean(0, 1) > Mean(0, 0) && Mean(0, 0) > Mean(1, 1));
    }

    [Fact]
    public async Task The_exposure_is_waited_for_and_nothing_is_written_before_its_end()
    {
        var destination = new MemoryStream();
        var reports = new List<ExposureProgress>();
        var camera = new SimulatedCamera(new SimulatedCameraOptions { Width = 100, Height = 100 }, _time);
        var exposing = camera.ExposeAsync(new ExposureRequest(1, TimeSpan.FromSeconds(3)), destination, new Reports(reports));
        for (var second = 0; second < 3; second++)
        {
            await _time.WhenAwaitedAsync();
            Assert.Equal(0, destination.Length);
            Assert.False(exposing.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(TimeSpan.FromSeconds(3), (await exposing).Exposure);
        Assert.Equal([0, 1, 2, 3], reports.Select(r => r.Elapsed.TotalSeconds));
    }

    [Fact]
    public async Task An_exposure_can_be_aborted()
    {
        using var stop = new CancellationTokenSource();
        var exposing = new SimulatedCamera(new SimulatedCameraOptions(), _time).ExposeAsync(
            new ExposureRequest(1, TimeSpan.FromHours(1)), Stream.Null, cancellationToken: stop.Token);
        await _time.WhenAwaitedAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exposing);
    }

    [Fact]
    public void An_impossible_sensor_is_refused_with_what_to_write() => Assert.Contains(
        "Write 16 to 20000 pixels",
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedCamera(new SimulatedCameraOptions { Width = 5 }, _time)).Message);

    private async Task<(ExposedFrame Frame, byte[] Bytes)> ExposeAsync(SimulatedCameraOptions options, ExposureRequest request)
    {
        var destination = new MemoryStream();
        var frame = await new SimulatedCamera(options, _time).ExposeAsync(request, destination);
        return (frame, destination.ToArray());
    }

    private static ushort[] Samples(byte[] fits)
    {
        var file = FitsFile.ReadAsync(new MemoryStream(fits)).GetAwaiter().GetResult();
        var (width, height, offset) = (file.Image!.Width, file.Image.Height, (int)file.Image.DataOffset);
        return Enumerable.Range(0, width * height)
            .Select(i => (ushort)(BinaryPrimitives.ReadInt16BigEndian(fits.AsSpan(offset + 2 * i)) + 32768))
            .ToArray();
    }

    private sealed class Reports(List<ExposureProgress> list) : IProgress<ExposureProgress>
    {
        public void Report(ExposureProgress value) => list.Add(value);
    }
}
