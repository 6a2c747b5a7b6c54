using System.Runtime.InteropServices;

namespace Wanda.Imaging.Native;

/// <summary>The decoding half of libjpeg-turbo's TurboJPEG API, as it has been since version 1.4 (turbojpeg.h).</summary>
internal static unsafe partial class TurboJpeg
{
    public const int PixelRgb = 0, PixelGrey = 6, PixelCmyk = 11;
    public const int ColorGrey = 2, ColorCmyk = 3, ColorYcck = 4;
    public const int FlagLimitScans = 32768;
    public const int ErrorWarning = 0;

    /// <summary>The scalings by which a decoder can leave work out, in eighths; all releases have them.</summary>
    public static int Scaled(int length, int eighths) => (length * eighths + 7) / 8;

    [LibraryImport(NativeCodecs.TurboJpeg, EntryPoint = "tjInitDecompress")]
    public static partial nint Create();

    [LibraryImport(NativeCodecs.TurboJpeg, EntryPoint = "tjDestroy")]
    public static partial int Destroy(nint handle);

    // unsigned long: 64 bits where this runs, 32 on 64-bit Windows.
    [LibraryImport(NativeCodecs.TurboJpeg, EntryPoint = "tjDecompressHeader3")]
    public static partial int ReadHeader(
        nint handle, byte* jpeg, CULong size, out int width, out int height, out int subsampling, out int colorSpace);

    [LibraryImport(NativeCodecs.TurboJpeg, EntryPoint = "tjDecompress2")]
    public static partial int Decompress(
        nint handle, byte* jpeg, CULong size, byte* pixels, int width, int pitch, int height, int pixelFormat, int flags);

    [LibraryImport(NativeCodecs.TurboJpeg, EntryPoint = "tjGetErrorStr2")]
    private static partial nint GetError(nint handle);

    [LibraryImport(NativeCodecs.TurboJpeg, EntryPoint = "tjGetErrorCode")]
    public static partial int GetErrorCode(nint handle);

    public static string Error(nint handle) => Marshal.PtrToStringUTF8(GetError(handle)) ?? "unknown error";
}
