using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Wanda.Ops.Web;

/// <summary>Reads what a page shows.</summary>
internal delegate Task<TModel> ReadModel<TModel>(HttpRequest request, CancellationToken cancellationToken);

/// <summary>Maps a page: the page itself, and below <c>/live</c> the stream that keeps it current. Both read and draw the same.</summary>
internal static class PageRoutes
{
    public static void MapPage<TView, TModel, TQuery>(
        this IEndpointRouteBuilder app, string path, Func<TModel, string> title, Func<TQuery, ReadModel<TModel>> reader)
        where TView : View<TModel>
        where TQuery : notnull
    {
        var read = reader(app.ServiceProvider.GetRequiredService<TQuery>());
        app.MapGet(path, async (HttpContext context, ViewRenderer views) =>
        {
            var page = PageContext.Of(context, FormToken.Of(context));
            var model = await read(context.Request, context.RequestAborted);
            var live = $"/live{context.Request.Path}{context.Request.QueryString}";
            return Results.Content(await views.PageAsync<TView, TModel>(page, title(model), model, live), "text/html; charset=utf-8");
        });
        app.MapGet("/live" + path, (HttpContext context) =>
            TypedResults.ServerSentEvents(StreamAsync<TView, TModel>(context, read, FormToken.Of(context), context.RequestAborted)));
    }

    private static async IAsyncEnumerable<string> StreamAsync<TView, TModel>(
        HttpContext context, ReadModel<TModel> read, string formToken, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TView : View<TModel>
    {
        var services = context.RequestServices;
        var (views, pulse) = (services.GetRequiredService<ViewRenderer>(), services.GetRequiredService<Pulse>());
        // A stream never ends by itself: without this, stopping the process would wait for every open browser.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        object? state = null;
        var shown = "";
        while (true)
        {
            // The first fragment is sent at once: something may have changed between the page and the start of this stream.
            var html = await views.FragmentAsync<TView, TModel>(
                PageContext.Of(context, formToken) with { Path = context.Request.Path.Value!["/live".Length..] },
                await read(context.Request, stop.Token));
            if (html != shown)
                yield return shown = html;
            if (await NextAsync(pulse, state, stop.Token) is not { } next)
                yield break;
            state = next;
        }
    }

    private static async Task<object?> NextAsync(Pulse pulse, object? state, CancellationToken cancellationToken)
    {
        try
        {
            return await pulse.NextAsync(state, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
