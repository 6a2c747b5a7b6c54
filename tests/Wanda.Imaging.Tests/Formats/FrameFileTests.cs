using System.Text;
using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Formats;

public sealed class FrameFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>However much of a file is there, it is complete only when all of it is.</summary>
    [Theory]
    [InlineData("astropy-mono16.fits")]
    [InlineData("astropy-extension.fits")]
    [InlineData("fpack-rice.fits.fz")]
    [InlineData("libjpeg-baseline.jpg")]
    [InlineData("libjpeg-progressive.jpg")]
    [InlineData("pillow-mono16.png")]
    public async Task A_file_is_complete_only_at_its_end(string name)
    {
        var bytes = Fixture.Bytes(name);
        for (var length = 1; length < bytes.Length; length += Math.Max(1, bytes.Length / 50))
        {
            var inspection = await FrameFile.InspectAsync(_folder.Write("part", bytes.AsSpan(0, length)));
            // An empty primary unit is a whole file by itself until the extension begins.
            if (name is "astropy-extension.fits" or "fpack-rice.fits.fz" && length == 2880)
                continue;
            Assert.True(inspection.Completeness != FrameCompleteness.Complete, $"{length} of {bytes.Length}");
        }

        var whole = await FrameFile.InspectAsync(Fixture.Path(name));
        Assert.Equal((FrameCompleteness.Complete, bytes.Length, null), (whole.Completeness, (int)whole.Length, whole.Detail));
    }

    [Fact]
    public async Task A_tiff_whose_directory_is_not_there_yet_is_incomplete()
    {
        Assert.Equal(FrameCompleteness.Incomplete,
            (await FrameFile.InspectAsync(_folder.Write("a", "II*\0\0\0\0\0 samples"u8))).Completeness);
        Assert.Equal(FrameCompleteness.Unknown, (await FrameFile.InspectAsync(Fixture.Path("pillow-mono16.tif"))).Completeness);
    }

    [Fact]
    public async Task Xisf_announces_its_blocks()
    {
        var header = Encoding.UTF8.GetBytes("<xisf><Image location=\"attachment:4096:1000\"/></xisf>");
        byte[] file = [.. "XISF0100"u8, .. BitConverter.GetBytes(header.Length), 0, 0, 0, 0, .. header];
        Array.Resize(ref file, 5095);
        var inspection = await FrameFile.InspectAsync(_folder.Write("a.xisf", file));
        Assert.Equal((FrameCompleteness.Incomplete, "the file ends after 5,095 of 5,096 bytes"),
            (inspection.Completeness, inspection.Detail));
        Array.Resize(ref file, 5096);
        Assert.Equal(FrameCompleteness.Complete, (await FrameFile.InspectAsync(_folder.Write("b.xisf", file))).Completeness);
    }

    [Fact]
    public async Task Nothing_is_known_of_an_unknown_format()
    {
        var inspection = await FrameFile.InspectAsync(_folder.Write("a", "hello"u8));
        Assert.Equal((FrameFormat.Unknown, FrameCompleteness.Unknown), (inspection.Format, inspection.Completeness));
    }
}
