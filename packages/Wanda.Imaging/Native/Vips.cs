using System.Runtime.InteropServices;

namespace Wanda.Imaging.Native;

/// <summary>
/// What is needed of libvips (8.13 and later) to read rows of a PNG or a TIFF one after the other; GLib's functions are in it.
/// </summary>
internal static partial class Vips
{
    public const int FormatUChar = 0, FormatUShort = 2, FormatFloat = 6;

    private static readonly Lazy<bool> Started = new(() =>
    {
        if (!NativeCodecs.IsInstalled(NativeCodecs.Vips) || Init("wanda") != 0)
            return false;
        // It tells formats by content, and its loaders are a large surface: what its makers call untrusted is off, and so is every loader
        // but two.
        BlockUntrusted(1);
        Block("VipsForeignLoad", 1);
        Block("VipsForeignLoadPng", 0);
        Block("VipsForeignLoadTiff", 0);
        // Frames are read once: nothing is worth caching, and a thread more would be taken from the camera.
        SetCacheSize(0);
        SetConcurrency(1);
        unsafe
        {
            // It would print its warnings on the operator's terminal.
            _ = SetLogHandler("VIPS", WarningLevel, &Ignore, 0);
        }

        return true;
    });

    private const int WarningLevel = 1 << 4;

    public static bool IsReady => Started.Value;

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Init(string program);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_block_untrusted_set")]
    private static partial void BlockUntrusted(int state);

    /// <summary>Blocks an operation, and all that derive from it.</summary>
    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void Block(string operation, int state);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_cache_set_max")]
    private static partial void SetCacheSize(int operations);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_concurrency_set")]
    private static partial void SetConcurrency(int threads);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "g_log_set_handler", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial uint SetLogHandler(
        string domain, int levels, delegate* unmanaged<nint, int, nint, nint, void> handler, nint data);

    [UnmanagedCallersOnly]
    private static void Ignore(nint domain, int level, nint message, nint data)
    {
    }

    // A source, because vips_image_new_from_file would take "[...]" in a file's name for options.
    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_source_new_from_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OpenSource(string path);

    // Variadic in C; the list ends at once with the null.
    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_image_new_from_source", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OpenImage(nint source, string options, nint end);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_image_get_width")]
    public static partial int Width(nint image);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_image_get_height")]
    public static partial int Height(nint image);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_image_get_bands")]
    public static partial int Bands(nint image);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_image_get_format")]
    public static partial int Format(nint image);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_region_new")]
    public static partial nint NewRegion(nint image);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_region_fetch")]
    public static partial nint Fetch(nint region, int left, int top, int width, int height, out nuint length);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "vips_error_buffer_copy")]
    private static partial nint TakeError();

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "g_free")]
    public static partial void Free(nint memory);

    [LibraryImport(NativeCodecs.Vips, EntryPoint = "g_object_unref")]
    public static partial void Release(nint instance);

    /// <summary>What went wrong, in one line.</summary>
    public static string Error()
    {
        var memory = TakeError();
        var text = Marshal.PtrToStringUTF8(memory) ?? "";
        Free(memory);
        return string.Join("; ",
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().Take(3));
    }
}
