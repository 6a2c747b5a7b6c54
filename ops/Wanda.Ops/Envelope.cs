using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>
/// How the WANDA app answers: <c>success, data, message</c>, and what went wrong flat, <c>success, code, error</c>, since its page prints
/// <c>error</c> as a text.
/// </summary>
internal static class Envelope
{
    /// <summary>Names with underscores, and a null where there is nothing: the page's types name each key.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static IResult Of(object data, string message) => Results.Json(new { success = true, data, message }, Json);

    /// <summary>Whether the endpoint that was asked for answers so.</summary>
    public static bool IsAskedFor(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<Flat>() is not null;

    public static Task RefuseAsync(HttpContext context, AppError error, string why, TimeSpan? retryAfter = null)
    {
        context.Response.StatusCode = error.Status;
        if (retryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return context.Response.WriteAsJsonAsync(new { success = false, code = error.Code, error = why }, Json, context.RequestAborted);
    }

    /// <summary>What an exception is called there; null for one that is a fault of ours.</summary>
    public static AppError? Of(Exception e) => e switch
    {
        AppException known => known.Error,
        NotHereException => AppError.NotFound,
        RetrievalException { IsSilence: true } => AppError.Timeout,
        RetrievalException or BlockNotFoundException or PathNotFoundException => AppError.CidNotFound,
        DagFormatException => AppError.CidNotFound,
        OpsException => AppError.InvalidRequest,
        SqliteTransportException or IOException or UnauthorizedAccessException => AppError.Node,
        _ => null,
    };
}

/// <summary>Marks an endpoint whose errors are flat.</summary>
internal sealed class Flat;
