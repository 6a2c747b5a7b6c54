using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer;

/// <summary>One line a request: who, what, how it ended, how long it took. Never a header or a body, so never a token.</summary>
internal sealed partial class RequestLogMiddleware(RequestDelegate next, TimeProvider time, ILogger<RequestLogMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        long start = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var request = context.Request;
            Answered(
                context.CallerOrNobody()?.Name ?? "-", request.Method, request.Path, context.Response.StatusCode,
                context.RequestAborted.IsCancellationRequested ? "aborted" : "complete",
                (long)time.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Node} {Method} {Path} {Status} {Ending} {Milliseconds} ms")]
    private partial void Answered(string node, string method, string path, int status, string ending, long milliseconds);
}
