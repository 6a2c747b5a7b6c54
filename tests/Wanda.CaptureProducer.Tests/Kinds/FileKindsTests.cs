using System.Text;
using Wanda.CaptureProducer.Kinds;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Tests.Kinds;

/// <summary>What WANDA's app, Ekos, N.I.N.A., indi-allsky, SharpCap and RMS write, and what lies about in folders besides.</summary>
[Trait("Rerun", "Never")]
public class FileKindsTests
{
    private static readonly byte[] Fits = [.. "SIMPLE  =                    T"u8];
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0];
    private static readonly byte[] Text = [.. "gain=100\r\nexposure=30\n"u8];
    private static readonly byte[] Binary = [0, 1, 2, 3, 0xFF];

    public static TheoryData<string, byte[], CaptureKind> Files() => new()
    {
        // Pictures: by what they hold, or by their name when they are cut off or zeroed.
        { "capture_0001.jpg", Jpeg, CaptureKind.Frame },
        { "Light_001.fits", Fits, CaptureKind.Frame },
        { "Light_001.fits", new byte[100], CaptureKind.Frame },
        { "Light_001.fits", [], CaptureKind.Frame },
        { "Light_001.fits.gz", [0x1F, 0x8B], CaptureKind.Frame },
        { "Light_001", Fits, CaptureKind.Frame },
        { "notes.txt", Jpeg, CaptureKind.Frame },
        { "IMG_0001.CR3", [0, 0, 0, 24, .. "ftypcrx "u8], CaptureKind.Frame },
        { "IMG_0001.HEIC", [0, 0, 0, 24, .. "ftypheic"u8], CaptureKind.Frame },
        { "FF_XX0001_20261120_221503_123_0000512.fits", Fits, CaptureKind.Frame },
        { "FF499_20261120_221503_353_0005120.bin", Binary, CaptureKind.Frame },
        { "image_0001", Binary, CaptureKind.Frame },

        // Videos.
        { "2026-11-20.ser", [.. "LUCAM-RECORDER"u8], CaptureKind.Video },
        { "moon", [.. "RIFF\0\0\0\0AVI LIST"u8], CaptureKind.Video },
        { "allsky-20261120.mp4", [0, 0, 0, 32, .. "ftypisom"u8], CaptureKind.Video },
        { "meteor.mkv", [0x1A, 0x45, 0xDF, 0xA3], CaptureKind.Video },
        { "occultation.adv", [.. "FSTF"u8], CaptureKind.Video },
        { "clip.mov", [0, 0, 0, 8, .. "moov"u8], CaptureKind.Video },
        { "clip.mp4", new byte[64], CaptureKind.Video },
        { "FR_XX0001_20261120_221503_123_0000512.bin", Binary, CaptureKind.Video },

        // What lies beside.
        { "session_metadata.json", [.. "{}"u8], CaptureKind.Sidecar },
        { "ImageMetaData.csv", Text, CaptureKind.Sidecar },
        { "Light_001.CameraSettings.txt", Text, CaptureKind.Sidecar },
        { "nina.log", [], CaptureKind.Sidecar },
        { "IMG_0001.xmp", [.. "<x:xmpmeta"u8], CaptureKind.Sidecar },
        { "settings.ini", Text, CaptureKind.Sidecar },
        { "Thumbs.db", [0xD0, 0xCF, 0x11, 0xE0], CaptureKind.Sidecar },
        { "m31.esq", [.. "<?xml"u8], CaptureKind.Sidecar },
        { "Light_001.wcs", Fits, CaptureKind.Sidecar },
        { ".config", Text, CaptureKind.Sidecar },
        { "README", Text, CaptureKind.Sidecar },
        { "FS_XX0001_20261120_221503_123456_fieldsum.bin", Binary, CaptureKind.Sidecar },
        { "FS_XX0001_20261120_221503_123456.tar.bz2", Binary, CaptureKind.Sidecar },
        { "logs.gz", [0x1F, 0x8B], CaptureKind.Sidecar },
    };

    [Theory, MemberData(nameof(Files))]
    public void Each_is_what_it_is(string name, byte[] start, CaptureKind expected) =>
        Assert.Equal(expected, FileKinds.Of(name, start, () => false));

    [Fact]
    public void What_nothing_tells_of_belongs_to_the_frame_of_its_stem()
    {
        Assert.Equal(CaptureKind.Sidecar, FileKinds.Of("Light_001.hfr", Binary, () => true));
        Assert.Equal(CaptureKind.Frame, FileKinds.Of("Light_001.hfr", Binary, () => false));
        Assert.Equal(CaptureKind.Frame, FileKinds.Of("Light_001.fits", new byte[10], () => true)); // two frames of one stem
    }

    [Theory]
    [InlineData("Light_001.xmp", "Light_001.fits", true)]
    [InlineData("Light_001.fits.json", "Light_001.fits", true)]
    [InlineData("Light_001.CameraSettings.txt", "Light_001.fits", true)]
    [InlineData("IMG_0001.XMP", "img_0001.cr2", true)]
    [InlineData("Light_001.txt", "Light_001.fits.fz", true)]
    [InlineData("M31.1.txt", "M31.1.fits", true)]
    [InlineData("Light_0012.txt", "Light_001.fits", false)]
    [InlineData("session_metadata.json", "capture_0001.jpg", false)]
    [InlineData(".json", ".fits", false)]
    public void A_sidecar_belongs_to_the_frame_of_its_stem(string sidecar, string frame, bool belongs) =>
        Assert.Equal(belongs, Stems.Belongs(sidecar, frame));

    [Fact]
    public Task Any_bytes_under_any_name_are_of_some_kind() => Seed.RunAsync(random =>
    {
        for (var round = 0; round < 5000; round++)
        {
            var start = new byte[random.Next(64)];
            random.NextBytes(start);
            var name = Encoding.Latin1.GetString([.. Enumerable.Range(0, random.Next(0, 20)).Select(_ => (byte)random.Next(46, 128))]);
            Assert.True(Enum.IsDefined(FileKinds.Of(name, start, () => false)));
            Assert.InRange(Stems.OfSidecar(name).Count(), 0, 8);
        }

        return Task.CompletedTask;
    });
}
