using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wanda.Custody;

namespace Wanda.Ops.Web;

/// <summary>Reads what a page shows.</summary>
internal delegate Task<TModel> ReadModel<TModel>(HttpRequest request, CancellationToken cancellationToken);

/// <summary>The same, and the request's context with the title that goes with it.</summary>
internal delegate Task<(TModel Model, PageContext Page)> ReadPage<TModel>(
    HttpRequest request, PageContext page, CancellationToken cancellationToken);

/// <summary>Maps a page: the page itself, and below <c>/live</c> the stream that keeps it current. Both read and draw the same.</summary>
internal static class PageRoutes
{
    public static void MapPage<TView, TModel, TQuery>(
        this IEndpointRouteBuilder app, string path, string? title, Func<TQuery, ReadModel<TModel>> reader,
        Func<TModel, Severity>? severity = null)
        where TView : View<TModel>
        where TQuery : notnull
    {
        var (read, tab) = (reader(app.ServiceProvider.GetRequiredService<TQuery>()), app.ServiceProvider.GetRequiredService<TabTitle>());
        ReadPage<TModel> draw = async (request, page, cancellationToken) =>
        {
            var model = await read(request, cancellationToken);
            return (model, page with { Title = await tab.OfAsync(title, page.Node, severity?.Invoke(model), cancellationToken) });
        };
        app.MapGet(path, async (HttpContext context, ViewRenderer views) =>
        {
            var (model, page) = await draw(context.Request, PageContext.Of(context, FormToken.Of(context)), context.RequestAborted);
            var live = $"/live{context.Request.Path}{context.Request.QueryString}";
            return Results.Content(await views.PageAsync<TView, TModel>(page, model, live), "text/html; charset=utf-8");
        });
        app.MapGet("/live" + path, (HttpContext context) =>
            TypedResults.ServerSentEvents(StreamAsync<TView, TModel>(context, draw, FormToken.Of(context), context.RequestAborted)));
    }

    private static async IAsyncEnumerable<string> StreamAsync<TView, TModel>(
        HttpContext context, ReadPage<TModel> draw, string formToken, [EnumeratorCancellation] CancellationToken cancellationToken)
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
            var (model, page) = await draw(context.Request,
                PageContext.Of(context, formToken) with { Path = context.Request.Path.Value!["/live".Length..] }, stop.Token);
            var html = await views.FragmentAsync<TView, TModel>(page, model);
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
