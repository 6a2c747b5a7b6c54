using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Wanda.Ipfs;

/// <summary>
/// Names of directory entries are bytes, UTF-8 nearly always. Bytes that are not UTF-8 stand in a string as the lone surrogates U+DC80 to
/// U+DCFF, so every name is told from every other and comes back as it was.
/// </summary>
/// <remarks>Source: PEP 383 ("surrogateescape"); the DAG-PB specification asks for UTF-8, and implementations take any bytes.</remarks>
public static class DagPbName
{
    private const char Escape = '\uDC00';

    /// <summary>The name that bytes stand for.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        var name = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            bool isText = Rune.DecodeFromUtf8(bytes, out var rune, out int length) == OperationStatus.Done;
            if (isText)
                name.Append(rune.ToString());
            for (int i = 0; !isText && i < length; i++)
                name.Append((char)(Escape + bytes[i]));
            bytes = bytes[length..];
        }

        return name.ToString();
    }

    /// <summary>The bytes of a name.</summary>
    /// <exception cref="ArgumentException">Half of a surrogate pair that stands for no byte.</exception>
    public static byte[] Encode(string name)
    {
        var bytes = new ArrayBufferWriter<byte>(name.Length + 4);
        ReadOnlySpan<char> rest = name;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out int length) == OperationStatus.Done)
                bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(4)));
            else if (rest[0] is >= (char)(Escape + 0x80) and <= (char)(Escape + 0xFF))
                bytes.Write([(byte)(rest[0] - Escape)]);
            else
                throw new ArgumentException($"The name \"{name}\" holds half of a surrogate pair.", nameof(name));
            rest = rest[length..];
        }

        return bytes.WrittenSpan.ToArray();
    }
}
