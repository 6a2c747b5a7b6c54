using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer;

/// <summary>
/// The operator's pages and metrics, on an address of their own. An application of its own in the same process: what tenants put here is
/// not on its origin, and no route of the one is reached by the other.
/// </summary>
internal sealed class OperatorListener(
    PinningServerOptions options, OverviewPage overview, PinsPage pins, LogPage log, PinningServerOperator operators, PinSettler settler,
    MetricsText metrics, NodeRegistry nodes, DataFolder folder, TimeProvider time, ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    private const long MaxBody = 64 << 10;

    private WebApplication? _app;

    /// <summary>Where it listens; null when it does not.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.OperatorEndPoint is not { } endPoint)
            return;
        var token = OperatorToken.LoadOrCreate(folder.Root);
        if (!nodes.IsOpen && (await nodes.FindAsync(token.Text, cancellationToken)).Node is { } node)
        {
            throw new PinningServerOptionsException([$"The token in {OperatorToken.FileName} is the token of {node.Name} as well: delete "
                + "that file, and the next start makes another."]);
        }

        _app = Build(endPoint, token);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new IOException($"The operator's pages cannot be on {options.OperatorListen}: {e.Message} Choose another address for "
                + "them, or none.", e);
        }

        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? default;

    private WebApplication Build(IPEndPoint endPoint, OperatorToken token)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers).AddSingleton(time).AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Listen(endPoint);
        });
        var app = builder.Build();
        var sessions = new OperatorSessions(time);
        var wrong = new WrongTokens(time);
        app.UseClientAddresses(options, ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto);
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseMiddleware<OperatorErrors>();
        app.UseRouting();
        app.UseMiddleware<OperatorAccess>(token, sessions, wrong);
        MapPages(app);
        MapActions(app, new(operators, settler, token, sessions, wrong, options, time));
        return app;
    }

    private void MapPages(IEndpointRouteBuilder app)
    {
        app.MapGet(Layout.StylePath, StyleAsync).WithMetadata(BeforeLogin.Shown);
        app.MapGet("/login", (HttpContext c) => c.ShowAsync(LoginPage.Ask(null))).WithMetadata(BeforeLogin.Shown);
        app.MapGet("/", async (HttpContext c) => await c.ShowAsync(await overview.ShowAsync(Session(c), c.RequestAborted)));
        app.MapGet("/pins", async (HttpContext c) =>
            await c.ShowAsync(await pins.ShowAsync(Session(c), Node(c), Before(c), c.RequestAborted)));
        app.MapGet("/log", async (HttpContext c) =>
            await c.ShowAsync(await log.ShowAsync(Session(c), Node(c), Before(c), c.RequestAborted)));
        app.MapGet("/invite", (HttpContext c) => c.ShowAsync(InvitePage.Ask(Session(c))));
        app.MapGet("/metrics", async (HttpContext c) =>
        {
            c.Response.ContentType = MetricsText.MediaType;
            await c.Response.WriteAsync(await metrics.AllAsync(c.RequestAborted), c.RequestAborted);
        });
    }

    private static void MapActions(IEndpointRouteBuilder app, OperatorActions actions)
    {
        app.MapPost("/login", actions.LogInAsync).WithMetadata(BeforeLogin.Shown);
        app.MapPost("/logout", actions.LogOutAsync);
        app.MapPost("/invite", actions.InviteAsync);
        app.MapPost("/revoke", actions.RevokeAsync);
        app.MapPost("/remove", actions.RemoveAsync);
        app.MapPost("/unpin", actions.UnpinAsync);
        app.MapPost("/restore", actions.RestoreAsync);
        app.MapPost("/restore-all", actions.RestoreAllAsync);
    }

    private static async Task StyleAsync(HttpContext context)
    {
        await using var style = typeof(OperatorListener).Assembly.GetManifestResourceStream("operator.css")!;
        context.Response.ContentType = "text/css; charset=utf-8";
        await style.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static OperatorSession? Session(HttpContext context) => context.Features.Get<OperatorSession>();

    private static long Before(HttpContext context) =>
        long.TryParse(context.Request.Query["before"], CultureInfo.InvariantCulture, out long before) ? before : long.MaxValue;

    private static string? Node(HttpContext context) => context.Request.Query["node"].ToString() is { Length: > 0 } node ? node : null;
}
