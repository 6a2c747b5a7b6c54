using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer;

/// <summary>Says on a page what was not done, and why.</summary>
internal sealed partial class OperatorErrors(RequestDelegate next, ILogger<OperatorErrors> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            bool isUnknown = context.GetEndpoint() is null && context.Response.StatusCode == StatusCodes.Status404NotFound;
            if (isUnknown && !context.Response.HasStarted)
                throw ApiException.NotFound("There is nothing under this path.");
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            var error = e is ArgumentException ? ApiException.BadRequest(e.Message) : ErrorMapping.Map(e);
            if (error.Status >= StatusCodes.Status500InternalServerError)
                Failed(e, context.Request.Method, context.Request.Path);
            if (error.RetryAfter is { } wait)
                context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            context.Response.StatusCode = error.Status;
            await context.ShowAsync(LoginPage.Refused(error.Message, context.Features.Get<OperatorSession>()));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The operator's {Method} {Path} failed")]
    private partial void Failed(Exception e, string method, string path);
}

internal static class ShowExtensions
{
    /// <summary>Answers with a page.</summary>
    public static Task ShowAsync(this HttpContext context, Html page)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(page.ToString(), context.RequestAborted);
    }
}
