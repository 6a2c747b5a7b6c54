using Wanda.Custody;
using Wanda.Imaging.Fits;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Thumbnail;

/// <summary>What is learnt while a preview is made is kept with its frame.</summary>
public sealed class FigureTests : NodeTest
{
    [Fact]
    public async Task What_is_measured_of_a_frame_is_kept()
    {
        var frame = await PreviewedAsync("a.fits", await TestFrames.FitsAsync(64));
        var figures = frame.Figures!;
        Assert.Equal((PreviewState.Ready, 64, 64, (string?)null), (frame.Preview, figures.Width, figures.Height, frame.PreviewWarning));
        Assert.InRange(figures.Median, 980, 1020);
        Assert.InRange(figures.Mad, 30, 70);
        Assert.InRange(figures.Minimum, 900, 910);
        Assert.InRange(figures.Maximum, 1090, 1100);
        Assert.Equal(0, figures.SaturatedFraction);
    }

    [Fact]
    public async Task What_is_wrong_with_the_picture_is_kept()
    {
        var file = new MemoryStream();
        var writer = await FitsWriter.StartAsync(file, 32, 32);
        await writer.WriteAsync(new ushort[32 * 32]);
        await writer.CompleteAsync();
        var frame = await PreviewedAsync("dark.fits", file.ToArray());
        Assert.Equal(PreviewState.Ready, frame.Preview);
        Assert.Contains("every pixel has the value 0", frame.PreviewWarning);
        Assert.Equal((0, 0), (frame.Figures!.Median, frame.Figures.Maximum));
    }

    [Fact]
    public async Task Where_there_is_no_preview_nothing_was_measured()
    {
        var frame = await PreviewedAsync("a.fits", TestFrames.Noise(3000));
        Assert.Equal((PreviewState.None, (FrameFigures?)null, (string?)null), (frame.Preview, frame.Figures, frame.PreviewWarning));
    }

    private async Task<CaptureRecord> PreviewedAsync(string name, byte[] bytes)
    {
        var frame = await Node.SaveAsync(name, bytes);
        await Eventually.HoldsAsync(
            async () => (await Node.FrameAsync(frame)).Preview != PreviewState.Pending, "its preview", Node.StateAsync);
        return await Node.FrameAsync(frame);
    }
}
