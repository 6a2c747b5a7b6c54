using MassTransit.SqlTransport.Sqlite;
using Microsoft.AspNetCore.Http;
using Wanda.Ops.Web.Views;

namespace Wanda.Ops.Web;

/// <summary>Turns what cannot be done into an answer that says so: a page for a browser, a problem (RFC 9457) for a script.</summary>
internal sealed class OpsErrors(RequestDelegate next, ViewRenderer views)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && Envelope.IsAskedFor(context) && Envelope.Of(e) is not null)
        {
            await Envelope.RefuseAsync(context, Envelope.Of(e)!, e.Message, (e as AppException)?.RetryAfter);
        }
        catch (Exception e) when (Status(e) is not null && !context.Response.HasStarted)
        {
            await AnswerAsync(context, Status(e)!.Value, e.Message);
        }
    }

    private async Task AnswerAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            await Results.Problem(message, statusCode: status).ExecuteAsync(context);
            return;
        }

        if (context.Request.Headers.ContainsKey("HX-Request"))
        {
            // A form's answer is a word in the page that it was sent from.
            await Results.Text(message, statusCode: status).ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(
            await views.PageAsync<ProblemPage, string>(PageContext.Of(context, token: "").Titled("Not possible"), message, live: null),
            context.RequestAborted);
    }

    private static int? Status(Exception e) => e switch
    {
        NotHereException => StatusCodes.Status404NotFound,
        RetrievalException => StatusCodes.Status502BadGateway,
        OpsException => StatusCodes.Status400BadRequest,
        SqliteTransportException { IsTransient: true } => StatusCodes.Status503ServiceUnavailable,
        _ => null,
    };
}
