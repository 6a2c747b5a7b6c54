using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wanda.Contracts;

/// <summary>
/// A file's name, or a path with '/', as the bytes that another program gave it: POSIX allows any but NUL. On screens and in JSON it is
/// text: what is no visible UTF-8, and the backslash, is written <c>\xNN</c>, so that the bytes can be had back from it.
/// </summary>
[JsonConverter(typeof(RawNameJsonConverter))]
public sealed class RawName : IEquatable<RawName>
{
    /// <summary>The longest path of Linux, in bytes (PATH_MAX).</summary>
    public const int MaxBytes = 4096;

    private static readonly SearchValues<char> Escape = SearchValues.Create("\\");
    private readonly byte[] _bytes;

    /// <summary>Takes the bytes as they are.</summary>
    /// <exception cref="FormatException">There are none, more than <see cref="MaxBytes"/>, or a NUL among them.</exception>
    public RawName(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length > MaxBytes || bytes.Contains((byte)0))
            throw new FormatException($"A file's name has 1 to {MaxBytes} bytes and no NUL; this one has {bytes.Length}.");
        _bytes = bytes.ToArray();
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The name that a text stands for, nothing in it escaped.</summary>
    public static RawName FromText(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">A backslash in it does not begin <c>\xNN</c>, or the name is none.</exception>
    public static RawName Parse(string text)
    {
        var bytes = new ArrayBufferWriter<byte>(text.Length + 1);
        var rest = text.AsSpan();
        for (int at; (at = rest.IndexOfAny(Escape)) >= 0; rest = rest[(at + 4)..])
        {
            Encoding.UTF8.GetBytes(rest[..at], bytes);
            if (rest.Length < at + 4 || rest[at + 1] != 'x'
                || !byte.TryParse(rest.Slice(at + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                throw new FormatException($"'{text}' is no escaped name: a backslash in one begins \\xNN.");
            }

            bytes.Write([value]);
        }

        Encoding.UTF8.GetBytes(rest, bytes);
        return new RawName(bytes.WrittenSpan);
    }

    /// <summary>The name as text: one line that hides and turns nothing around.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(_bytes.Length);
        for (var rest = _bytes.AsSpan(); !rest.IsEmpty;)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var length);
            if (status == OperationStatus.Done && IsVisible(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var value in rest[..length])
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
            }

            rest = rest[length..];
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(RawName? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RawName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    // Formatting characters as well: one that turns the direction of writing around makes a name look like another.
    private static bool IsVisible(Rune rune) => rune.Value != '\\' && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}

internal sealed class RawNameJsonConverter : JsonConverter<RawName>
{
    public override RawName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return RawName.Parse(reader.GetString()!);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, RawName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
