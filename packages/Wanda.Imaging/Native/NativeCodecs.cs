using System.Reflection;
using System.Runtime.InteropServices;

namespace Wanda.Imaging.Native;

/// <summary>
/// Finds the codecs: libvips as NuGet brings it for this platform, libturbojpeg and LibRaw of the system's by the names that distributions
/// give them, the newest first. What is missing is reported by the name of its package.
/// </summary>
internal static class NativeCodecs
{
    public const string TurboJpeg = "wanda-turbojpeg", Vips = "wanda-vips", Raw = "wanda-raw";

    private static readonly Dictionary<string, string[]> Names = new()
    {
        [TurboJpeg] = ["libturbojpeg.so.0", "libturbojpeg.so", "libturbojpeg.dylib", "turbojpeg.dll"],
        [Vips] = ["libvips.so.42", "libvips.so", "libvips.42.dylib", "libvips-42.dll"],
        [Raw] = ["libraw_r.so.23", "libraw_r.so.20", "libraw_r.so.19", "libraw_r.so", "libraw_r.dylib", "libraw.dll"],
    };

    private static readonly Dictionary<string, Lazy<nint>> Handles = Names.ToDictionary(n => n.Key,
        n => new Lazy<nint>(() => Load(n.Value)));

    static NativeCodecs() => NativeLibrary.SetDllImportResolver(
        Assembly.GetExecutingAssembly(), static (name, _, _) => Handles.TryGetValue(name, out var handle) ? handle.Value : 0);

    public static bool IsInstalled(string codec) => Handles[codec].Value != 0;

    public static void Require(string codec, FrameFormat format, string package)
    {
        if (IsInstalled(codec))
            return;
        throw new NoPreviewException(NoPreviewReason.DecoderMissing, $"no decoder for {format} is installed: sudo apt install {package}");
    }

    private static nint Load(string[] names)
    {
        foreach (var name in names)
        {
            // Beside the program first, where packages put their files; then wherever the system looks.
            if (NativeLibrary.TryLoad(name, typeof(NativeCodecs).Assembly, searchPath: null, out var handle))
                return handle;
        }

        return 0;
    }
}
