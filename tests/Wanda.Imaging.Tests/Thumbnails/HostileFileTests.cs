using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Thumbnails;

/// <summary>Law: any file gives a thumbnail or a <see cref="NoPreviewException"/>, and nothing else.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const int Rounds = 250;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("astropy-mono16.fits")]
    [InlineData("astropy-rggb.fits")]
    [InlineData("astropy-float32.fits")]
    [InlineData("astropy-extension.fits")]
    [InlineData("fpack-rice.fits.fz")]
    [InlineData("fpack-gzip.fits.fz")]
    [InlineData("libjpeg-baseline.jpg")]
    [InlineData("libjpeg-progressive.jpg")]
    [InlineData("pillow-mono16.png")]
    [InlineData("pillow-mono16.tif")]
    [InlineData("synthetic.dng")]
    public async Task Mutated_files(string name)
    {
        var original = Fixture.Bytes(name);
        var maker = new ThumbnailMaker();
        for (var seed = 0; seed < Rounds; seed++)
        {
            var path = _folder.Write("frame", Mutate(original, new Random(seed)));
            try
            {
                await maker.MakeAsync(path, Stream.Null);
            }
            catch (NoPreviewException e)
            {
                Assert.NotEmpty(e.Message);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }

            Assert.NotNull(await FrameFile.InspectAsync(path));
        }
    }

    // Most mutations hit the first bytes, where the structure is.
    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.AsSpan(0, random.Next(4) == 0 ? random.Next(original.Length) : original.Length).ToArray();
        for (var i = random.Next(1, 20); i > 0 && bytes.Length > 0; i--)
        {
            var at = random.Next(random.Next(3) == 0 ? bytes.Length : Math.Min(bytes.Length, 9000));
            bytes[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)"0123456789- T'="[random.Next(15)],
                _ => (byte)(bytes[at] ^ 1 << random.Next(8)),
            };
        }

        return bytes;
    }
}
