using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;
using Wanda.Ops.Web.Views;

namespace Wanda.Ops.Web;

/// <summary>Draws Razor components to HTML: a whole page for a request, its changing part alone for a stream.</summary>
internal sealed class ViewRenderer(IServiceProvider services, ILoggerFactory log)
{
    /// <summary>A whole page.</summary>
    /// <param name="page">The request.</param>
    /// <param name="model">What the view shows.</param>
    /// <param name="live">The address of the stream that keeps it current, or null.</param>
    public Task<string> PageAsync<TView, TModel>(PageContext page, TModel model, string? live)
        where TView : View<TModel> =>
        RenderAsync<Shell>(new()
        {
            [nameof(Shell.Page)] = page,
            [nameof(Shell.Live)] = live,
            [nameof(Shell.Body)] = Body<TView, TModel>(page, model),
        });

    /// <summary>A view without the page around it.</summary>
    public Task<string> FragmentAsync<TView, TModel>(PageContext page, TModel model)
        where TView : View<TModel> =>
        RenderAsync<Titled>(new() { [nameof(Titled.Page)] = page, [nameof(Titled.Body)] = Body<TView, TModel>(page, model) });

    private static RenderFragment Body<TView, TModel>(PageContext page, TModel model)
        where TView : View<TModel> => builder =>
    {
        builder.OpenComponent<TView>(0);
        builder.AddComponentParameter(1, nameof(View<TModel>.Page), page);
        builder.AddComponentParameter(2, nameof(View<TModel>.Model), model);
        builder.CloseComponent();
    };

    private async Task<string> RenderAsync<T>(Dictionary<string, object?> parameters)
        where T : IComponent
    {
        await using var renderer = new HtmlRenderer(services, log);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }
}
