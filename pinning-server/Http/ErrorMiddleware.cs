using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer;

/// <summary>Turns exceptions into error answers. What has begun already is cut off: a clean end would pass for a whole answer.</summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.GetEndpoint() is null && !context.Response.HasStarted)
            {
                throw context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed
                    ? new ApiException(StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", "That method does nothing here.")
                    : ApiException.NotFound("There is nothing under this path.");
            }
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested)
        {
            Gone(context.Request.Method, context.Request.Path, e.Message);
        }
        catch (Exception e)
        {
            var error = ErrorMapping.Map(e);
            if (error.Status >= StatusCodes.Status500InternalServerError)
                Failed(e, context.Request.Method, context.Request.Path, error.Status);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            await AnswerAsync(context, error);
        }
    }

    private static Task AnswerAsync(HttpContext context, ApiException error)
    {
        var headers = context.Response.Headers;
        var challenge = headers.WWWAuthenticate;
        context.Response.Clear();
        headers.WWWAuthenticate = challenge;
        headers.CacheControl = "no-store";
        if (error.RetryAfter is { } wait)
            headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return context.AnswerAsync(error.Status, new { error = new { reason = error.Reason, details = error.Message } });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path}: the caller went away: {Reason}")]
    private partial void Gone(string method, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed with {Status}")]
    private partial void Failed(Exception e, string method, string path, int status);
}
