using System.Globalization;
using System.Text;
using Wanda.Contracts;

namespace Wanda.Ops;

/// <summary>
/// The path of a capture in an address: <c>FOLDER/NAME</c>, or the same in one piece, <c>FOLDER%2FNAME</c>. It is read from the address as
/// it was written, byte by byte, since a name may hold any byte.
/// </summary>
internal static class CapturePath
{
    /// <summary>The path that a piece of an address stands for; null for one that can be no file's below a folder.</summary>
    public static RawName? Parse(string escaped)
    {
        var text = Encoding.UTF8.GetBytes(escaped);
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != (byte)'%')
            {
                bytes.Add(text[i]);
                continue;
            }

            if (i + 2 >= text.Length || !byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out var value))
                return null;
            bytes.Add(value);
            i += 2;
        }

        var path = bytes.ToArray();
        return path.Length is 0 or > RawName.MaxBytes || path.Contains((byte)0) || Parts(path).Any(LeadsElsewhere) ? null : new(path);
    }

    /// <summary>Its parts as text; null where one is no UTF-8, which has no spelling in .NET.</summary>
    public static IReadOnlyList<string>? PartsOf(RawName path)
    {
        try
        {
            return [.. Parts(path.Bytes.ToArray()).Select(Strict.GetString)];
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>How a path is written in an address, <c>/</c> between its parts.</summary>
    public static string Escape(RawName path) =>
        string.Join('/', Parts(path.Bytes.ToArray()).Select(part => string.Concat(part.Select(Written))));

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private static string Written(byte value) =>
        char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~'
            ? ((char)value).ToString()
            : $"%{value:X2}";

    private static bool LeadsElsewhere(byte[] part) => part is [] or [(byte)'.'] or [(byte)'.', (byte)'.'];

    private static List<byte[]> Parts(byte[] path)
    {
        var parts = new List<byte[]>();
        foreach (var range in path.AsSpan().Split((byte)'/'))
            parts.Add(path[range]);
        return parts;
    }
}
