namespace Wanda.Ops.Web;

/// <summary>
/// What a file is called to a browser. Only what no browser runs is shown in it, and by its first bytes, whatever its name says: all else
/// is saved.
/// </summary>
internal static class ContentType
{
    /// <summary>So many bytes of the beginning say what it is.</summary>
    public const int HeadBytes = 16;

    /// <summary>What is saved and not shown.</summary>
    public const string Unknown = "application/octet-stream";

    private static readonly (int At, byte[] Begin, string Type)[] Pictures =
    [
        (0, [0xFF, 0xD8, 0xFF], "image/jpeg"),
        (0, [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'], "image/png"),
        (0, [.. "GIF8"u8], "image/gif"),
        (8, [.. "WEBP"u8], "image/webp"),
        (4, [.. "ftyp"u8], "video/mp4"),
    ];

    // By their names: nothing of them begins in a way of its own. As text, "nosniff" keeps a page in them from being one.
    private static readonly Dictionary<string, string> Texts = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = "text/plain; charset=utf-8",
        [".log"] = "text/plain; charset=utf-8",
        [".csv"] = "text/plain; charset=utf-8",
        [".json"] = "application/json",
    };

    /// <summary>The type of what a browser may show; <see cref="Unknown"/> for all else.</summary>
    public static string Of(string name, ReadOnlySpan<byte> head)
    {
        foreach (var (at, begin, type) in Pictures)
        {
            if (head.Length > at && head[at..].StartsWith(begin))
                return type;
        }

        return Texts.GetValueOrDefault(Path.GetExtension(name), Unknown);
    }
}
