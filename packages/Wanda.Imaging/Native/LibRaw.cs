using System.Runtime.InteropServices;

namespace Wanda.Imaging.Native;

/// <summary>What is needed of LibRaw's C API to take the preview out of a camera RAW file.</summary>
internal static unsafe partial class LibRaw
{
    public const int TypeJpeg = 1, TypeBitmap = 2;

    [LibraryImport(NativeCodecs.Raw, EntryPoint = "libraw_init")]
    public static partial nint Init(uint flags);

    [LibraryImport(NativeCodecs.Raw, EntryPoint = "libraw_open_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(nint raw, string path);

    [LibraryImport(NativeCodecs.Raw, EntryPoint = "libraw_unpack_thumb")]
    public static partial int UnpackThumbnail(nint raw);

    [LibraryImport(NativeCodecs.Raw, EntryPoint = "libraw_dcraw_make_mem_thumb")]
    public static partial Image* MakeThumbnail(nint raw, out int error);

    [LibraryImport(NativeCodecs.Raw, EntryPoint = "libraw_dcraw_clear_mem")]
    public static partial void Clear(Image* image);

    [LibraryImport(NativeCodecs.Raw, EntryPoint = "libraw_close")]
    public static partial void Close(nint raw);

    [LibraryImport(NativeCodecs.Raw, EntryPoint = "libraw_strerror")]
    private static partial nint ErrorText(int error);

    public static string Error(int error) => Marshal.PtrToStringUTF8(ErrorText(error)) ?? "unknown error";

    /// <summary>libraw_processed_image_t; the bytes follow it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Image
    {
        public int Type;
        public ushort Height, Width, Colors, Bits;
        public uint Length;
        public byte FirstByte;
    }
}
