using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>JSON as this server writes and reads it: camel case, no nulls, times to the millisecond.</summary>
internal static class Wire
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 8,
        Converters = { new CidConverter(), new TimeConverter() },
    };

    public static Task AnswerAsync<T>(this HttpContext context, int status, T value)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(value, Json, context.RequestAborted);
    }

    /// <summary>Reads a JSON body within the server's bound on bodies.</summary>
    public static async Task<T> ReadJsonAsync<T>(this HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, context.RequestAborted)
                ?? throw ApiException.BadRequest("The body is empty; JSON is expected.");
        }
        catch (JsonException e)
        {
            throw ApiException.BadRequest($"The body is not the JSON that is expected here: {e.Message}");
        }
    }
}

internal sealed class CidConverter : JsonConverter<Ipfs.Cid>
{
    public override Ipfs.Cid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Ipfs.Cid.TryParse(reader.GetString(), out var cid) ? cid : throw new JsonException("That is not a CID.");

    public override void Write(Utf8JsonWriter writer, Ipfs.Cid value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture));
}
