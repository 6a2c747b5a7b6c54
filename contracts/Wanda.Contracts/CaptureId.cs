using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wanda.Contracts;

/// <summary>
/// The identity of one capture: a UUID version 7 (RFC 9562), so ids sort by the time they were made. A CID is never a capture's identity:
/// two dark frames may be equal byte for byte and are still two captures.
/// </summary>
/// <param name="Value">The UUID; written in its 36-character form in messages, the catalogue and journals.</param>
[JsonConverter(typeof(CaptureIdJsonConverter))]
public readonly record struct CaptureId(Guid Value)
{
    /// <summary>Makes a new id for a capture taken now.</summary>
    public static CaptureId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    /// <summary>Reads the 36-character form.</summary>
    /// <exception cref="FormatException">The text is no UUID.</exception>
    public static CaptureId Parse(string text) => new(Guid.Parse(text));

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(string? text, out CaptureId id)
    {
        var ok = Guid.TryParse(text, out var value);
        id = new CaptureId(value);
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

internal sealed class CaptureIdJsonConverter : JsonConverter<CaptureId>
{
    public override CaptureId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, CaptureId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
