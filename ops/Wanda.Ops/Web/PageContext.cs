using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Wanda.Hosting;

namespace Wanda.Ops.Web;

/// <summary>What every view may know of the request it is drawn for.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Path">The page's path.</param>
/// <param name="FormToken">The antiforgery token that forms carry.</param>
/// <param name="Now">The time, UTC.</param>
/// <param name="Zone">The node's time zone, which all times are shown in.</param>
public sealed record PageContext(string Node, string Path, string FormToken, DateTimeOffset Now, TimeZoneInfo Zone)
{
    /// <summary>What the browser's tab says.</summary>
    public string Title { get; init; } = Node;

    /// <summary>Whether this browser logged in, and so can log out.</summary>
    public bool CanLogOut { get; init; }

    /// <summary>The context of a request.</summary>
    public static PageContext Of(HttpContext context, string token)
    {
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var path = context.Request.Path.Value ?? "/";
        var options = context.RequestServices.GetRequiredService<WandaOptions>();
        return new PageContext(options.Node, path, token, time.GetUtcNow(), time.LocalTimeZone)
        {
            CanLogOut = context.RequestServices.GetRequiredService<ILogins>().IsLoggedIn(context.Request),
        };
    }

    /// <summary>The same with a title that says no more than what the page is.</summary>
    public PageContext Titled(string page) => this with { Title = $"{page} · {Node}" };

    /// <inheritdoc cref="OperatorTime.Clock(DateTimeOffset, DateTimeOffset, TimeZoneInfo)"/>
    public string Clock(DateTimeOffset at) => OperatorTime.Clock(at, Now, Zone);

    /// <summary>From one moment to another, which may be near it.</summary>
    public string Clock(DateTimeOffset from, DateTimeOffset to) =>
        $"{OperatorTime.Clock(from, Now, Zone, to)} to {OperatorTime.Clock(to, Now, Zone, from)}";

    /// <inheritdoc cref="OperatorTime.Full"/>
    public string Full(DateTimeOffset at) => OperatorTime.Full(at, Zone);

    /// <summary>A size, as <c>2.5 MB</c>.</summary>
    public string Bytes(long bytes) => new ByteSize(bytes).ToString();
}
