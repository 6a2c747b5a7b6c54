using System.Text.Unicode;

namespace Wanda.PinningServer;

/// <summary>
/// The media type of a file that somebody has put here: by its name, else by how it begins. What a browser would run, or lay out as a
/// page, is never called that.
/// </summary>
/// <remarks>Source: WHATWG "MIME Sniffing", section 7.1 for the bytes that no text has; FITS standard 4.0, section 4.4.1.</remarks>
internal static class FileType
{
    /// <summary>What is saved and not shown.</summary>
    public const string Unknown = "application/octet-stream";

    /// <summary>So many bytes of the beginning say what it is.</summary>
    public const int HeadBytes = 512;

    private const string Text = "text/plain; charset=utf-8";

    private static readonly Dictionary<string, string> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        [".fits"] = "application/fits",
        [".fit"] = "application/fits",
        [".fts"] = "application/fits",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".png"] = "image/png",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".tif"] = "image/tiff",
        [".tiff"] = "image/tiff",
        [".json"] = "application/json",
        [".txt"] = Text,
        [".csv"] = "text/csv; charset=utf-8",
        [".mp4"] = "video/mp4",
        [".zip"] = "application/zip",
        [".gz"] = "application/gzip",
    };

    // What browsers take for a page, a script or a drawing with scripts, by the name; the bytes of a text could be one under any name.
    private static readonly HashSet<string> Active = new(StringComparer.OrdinalIgnoreCase)
    {
        ".html", ".htm", ".xhtml", ".xht", ".shtml", ".svg", ".svgz", ".xml", ".xsl", ".xslt", ".js", ".mjs", ".css", ".wasm", ".pdf",
        ".swf", ".mht", ".mhtml", ".hta", ".rss", ".atom", ".manifest", ".webmanifest",
    };

    private static readonly (byte[] Begin, string Type)[] ByContent =
    [
        ([.. "SIMPLE  ="u8], "application/fits"),
        ([0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'], "image/png"),
        ([0xFF, 0xD8, 0xFF], "image/jpeg"),
        ([.. "GIF87a"u8], "image/gif"),
        ([.. "GIF89a"u8], "image/gif"),
        ([(byte)'I', (byte)'I', 42, 0], "image/tiff"),
        ([(byte)'M', (byte)'M', 0, 42], "image/tiff"),
        ([0x1F, 0x8B, 8], "application/gzip"),
        ([.. "PK"u8, 3, 4], "application/zip"),
    ];

    /// <summary>The type, with its charset; null for what could act as a page.</summary>
    /// <param name="name">What the file is called, or its CID.</param>
    /// <param name="head">How it begins, <see cref="HeadBytes"/> or all of it.</param>
    public static string? Of(string name, ReadOnlySpan<byte> head)
    {
        string extension = Path.GetExtension(name);
        if (Active.Contains(extension))
            return null;
        if (ByName.TryGetValue(extension, out string? known))
            return known;
        if (head.IsEmpty)
            return "text/plain";
        foreach (var (begin, type) in ByContent)
        {
            if (head.StartsWith(begin))
                return type;
        }

        return !IsText(head) ? Unknown : BeginsAsPage(head) ? null : Text;
    }

    private static bool BeginsAsPage(ReadOnlySpan<byte> head)
    {
        head = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        return MemoryExtensions.TrimStart(head, " \t\r\n\f"u8).StartsWith("<"u8);
    }

    // Control characters are of no text, but for tab, line feed, form feed, carriage return and escape.
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (byte b in head)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or 0x0C or (byte)'\r' or 0x1B))
                return false;
        }

        // The end of the head may have cut a character.
        int cut = head.Length < HeadBytes ? 0 : 3;
        for (; cut > 0 && !Utf8.IsValid(head); cut--)
            head = head[..^1];
        return Utf8.IsValid(head);
    }
}
