using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Wanda.Ops.App;

/// <summary>What a page sends: a small object of JSON.</summary>
internal sealed class RequestBody
{
    private const int MostBytes = 64 << 10;
    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 4 };
    private readonly JsonObject _body;

    private RequestBody(JsonObject body) => _body = body;

    /// <exception cref="AppException">It is none, or too large.</exception>
    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        var buffer = new byte[MostBytes];
        var length = await context.Request.Body.ReadAtLeastAsync(buffer, MostBytes, throwOnEndOfStream: false, context.RequestAborted);
        try
        {
            if (length < MostBytes && JsonNode.Parse(buffer.AsSpan(0, length), documentOptions: Shallow) is JsonObject body)
                return new RequestBody(body);
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new AppException(AppError.InvalidRequest, "The request's body is no small object of JSON.");
    }

    /// <summary>A text; null where there is none.</summary>
    public string? Text(string key) => _body[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>The same of one that must be there.</summary>
    /// <exception cref="AppException">It is not.</exception>
    public string Required(string key) =>
        Text(key) is { Length: > 0 } text ? text : throw new AppException(AppError.InvalidRequest, $"{key}: is missing. Write a text.");

    /// <summary>A yes or no.</summary>
    public bool Flag(string key, bool otherwise) => _body[key] is JsonValue value && value.TryGetValue(out bool flag) ? flag : otherwise;
}
