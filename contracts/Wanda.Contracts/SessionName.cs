using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wanda.Contracts;

/// <summary>
/// The name of a session (a night, or a run of one target). It is unique on its node and is a folder's name too, so it holds 1 to 100 of
/// <c>A-Z a-z 0-9 . _ -</c> and does not start with a dot.
/// </summary>
[JsonConverter(typeof(SessionNameJsonConverter))]
public readonly record struct SessionName : IComparable<SessionName>
{
    private const int MaxLength = 100;
    private readonly string? _value;

    /// <summary>Takes a name as it is.</summary>
    /// <exception cref="FormatException">The name is empty, too long, starts with a dot or holds another character.</exception>
    public SessionName(string value)
    {
        if (!IsValid(value))
        {
            throw new FormatException(
                $"'{value}' is no session name: use 1 to {MaxLength} of A-Z a-z 0-9 . _ - and do not start with a dot.");
        }

        _value = value;
    }

    /// <summary>The name.</summary>
    public string Value => _value ?? "";

    /// <summary>
    /// What a message about this session carries as its correlation id: the first 16 bytes of SHA-256 over the name, marked as UUID version
    /// 8 (RFC 9562). Derived, so that a queue can be asked for it without a look-up.
    /// </summary>
    public Guid CorrelationId
    {
        get
        {
            Span<byte> hash = stackalloc byte[32];
            SHA256.HashData(Encoding.UTF8.GetBytes(Value), hash);
            hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
            hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
            return new Guid(hash[..16], bigEndian: true);
        }
    }

    /// <summary>
    /// The night that a moment belongs to, from noon to noon in <paramref name="zone"/>, named by the evening's date: <c>2026-11-21</c>.
    /// </summary>
    public static SessionName NightOf(DateTimeOffset moment, TimeZoneInfo zone) =>
        new(TimeZoneInfo.ConvertTime(moment, zone).AddHours(-12).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public int CompareTo(SessionName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Whether <paramref name="value"/> can be a session's name.</summary>
    public static bool IsValid(string? value) =>
        value is { Length: > 0 and <= MaxLength } && value[0] != '.'
        && value.AsSpan().IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") < 0;
}

internal sealed class SessionNameJsonConverter : JsonConverter<SessionName>
{
    public override SessionName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("A session name is text, not null."));

    public override void Write(Utf8JsonWriter writer, SessionName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
