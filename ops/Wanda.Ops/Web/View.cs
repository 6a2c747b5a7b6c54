using Microsoft.AspNetCore.Components;

namespace Wanda.Ops.Web;

/// <summary>A view of one model: it shows what it is given, and reads nothing itself.</summary>
public abstract class View<TModel> : ComponentBase
{
    /// <summary>The request it is drawn for.</summary>
    [Parameter, EditorRequired]
    public PageContext Page { get; set; } = null!;

    /// <summary>What it shows.</summary>
    [Parameter, EditorRequired]
    public TModel Model { get; set; } = default!;
}
