using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Sqlite.Shared;

namespace Wanda.PinningServer;

/// <summary>
/// Puts a pinning server into an ASP.NET Core host of its own. <see cref="PinningServerHost"/> is such a host, ready made.
/// </summary>
public static class PinningServerExtensions
{
    /// <summary>
    /// Opens the data folder and adds the server's parts; they are closed with the host. What the process makes from then on is its user's
    /// alone (umask 077).
    /// </summary>
    /// <param name="builder">A builder of this server's own: limits and errors are set for all of it.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="PinningServerOptionsException">The options are wrong.</exception>
    /// <exception cref="IOException">The data folder cannot be used; the message says why.</exception>
    public static async Task AddPinningServerAsync(
        this IHostApplicationBuilder builder, PinningServerOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        builder.Services.TryAddSingleton(TimeProvider.System);
        var time = builder.Services.Select(s => s.ImplementationInstance).OfType<TimeProvider>().Last();
        var state = await ServerState.OpenAsync(options, time, cancellationToken);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(_ => state); // By factory, so that the container closes it.
        state.Register(builder.Services);
        builder.Services
            .AddSingleton<AccountTable>()
            .AddSingleton<NodeRegistry>()
            .AddSingleton<WrongTokens>()
            .AddSingleton<JoinEndpoint>()
            .AddSingleton<NodeSightings>()
            .AddSingleton<QuotaLedger>()
            .AddSingleton<NodeWarning>()
            .AddSingleton<PromiseTable>()
            .AddSingleton<SessionEndpoint>()
            .AddSingleton<UploadSlots>()
            .AddSingleton<ServerMetrics>()
            .AddSingleton<ServerIdentity>()
            .AddSingleton<EndedPins>()
            .AddSingleton<PinRemoval>()
            .AddSingleton<PinSettler>()
            .AddSingleton<PinReconciler>()
            .AddSingleton<PinInspector>()
            .AddSingleton<CarIntake>()
            .AddSingleton<CarEndpoint>()
            .AddSingleton<UploadTable>()
            .AddSingleton<UploadFiles>()
            .AddSingleton<UploadTurns>()
            .AddSingleton<PartReceiver>()
            .AddSingleton<ResumableUploads>()
            .AddSingleton<TusEndpoints>()
            .AddSingleton<PossessionEndpoint>()
            .AddSingleton<PinEndpoints>()
            .AddSingleton<PsaEndpoints>()
            .AddSingleton<HeldBlocks>()
            .AddSingleton<ReadableBlocks>()
            .AddSingleton<CarAnswer>()
            .AddSingleton<BlockAnswer>()
            .AddSingleton<FileAnswer>()
            .AddSingleton<GatewayEndpoint>()
            .AddSingleton<IpnsEndpoints>()
            .AddSingleton<MetricsText>()
            .AddSingleton<ProviderEndpoint>()
            .AddSingleton<HealthEndpoints>()
            .AddSingleton<FrontPage>()
            .AddSingleton(s => new PinningServerOperator(s.GetRequiredService<SqliteFile>(), s.GetRequiredService<TimeProvider>()))
            .AddSingleton<NodeList>()
            .AddSingleton<CertificateWatch>()
            .AddSingleton<AlertRules>()
            .AddSingleton<AlertTable>()
            .AddSingleton<AlertChannels>()
            .AddSingleton<OverviewPage>()
            .AddSingleton<PinsPage>()
            .AddSingleton<LogPage>()
            .AddSingleton<OperatorListener>()
            .AddHostedService<StartUp>()
            .AddHostedService(s => s.GetRequiredService<OperatorListener>())
            .AddHostedService<MaintenanceLoop>()
            .AddHostedService<AlertLoop>()
            .AddRoutingCore();
    }

    /// <summary>Maps every path of the server. The contract is in <c>docs/protocols/pinning-server.md</c>.</summary>
    public static void MapPinningServer(this WebApplication app)
    {
        app.UseClientAddresses(app.Services.GetRequiredService<PinningServerOptions>());
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseRouting();
        app.UseMiddleware<AccessMiddleware>();
        app.UseMiddleware<RateMiddleware>();
        app.MapMethods("/", ReadMethods, (HttpContext c, FrontPage e) => e.ShowAsync(c)).WithMetadata(AccessRule.Anybody);
        MapV0(app);
        MapUploads(app);
        MapPinningService(app);
        MapContent(app);
    }

    private static void MapV0(IEndpointRouteBuilder app)
    {
        app.MapPost("/v0/car", (HttpContext c, CarEndpoint e) => e.TakeAsync(c)).WithMetadata(UploadLimits.AnySize);
        app.MapPost("/v0/possession", (HttpContext c, PossessionEndpoint e) => e.AnswerAsync(c));
        app.MapMethods("/v0/pins", ReadMethods, (HttpContext c, PinEndpoints e) => e.ListAsync(c));
        app.MapGet("/v0/pins/{id}", (HttpContext c, PinEndpoints e, string id) => e.GetAsync(c, id));
        app.MapDelete("/v0/pins/{id}", (HttpContext c, PinEndpoints e, string id) => e.DeleteAsync(c, id)).WithMetadata(Removes.Pins);
        app.MapPost("/v0/join", (HttpContext c, JoinEndpoint e) => e.JoinAsync(c)).WithMetadata(AccessRule.Unmetered);
        app.MapGet("/v0/sessions/{session}", (HttpContext c, SessionEndpoint e, string session) => e.GetAsync(c, session));
        app.MapPut("/v0/sessions/{session}", (HttpContext c, SessionEndpoint e, string session) => e.PutAsync(c, session));
        app.MapDelete("/v0/sessions/{session}", (HttpContext c, SessionEndpoint e, string session) => e.DeleteAsync(c, session));
        app.MapGet("/v0/node", (HttpContext c, PinEndpoints e) => e.NodeAsync(c));
        app.MapMethods("/health", ReadMethods, (HttpContext c, HealthEndpoints e) => e.HealthAsync(c)).WithMetadata(AccessRule.Unmetered);
        app.MapGet("/metrics", (HttpContext c, HealthEndpoints e) => e.MetricsAsync(c));
    }

    private static void MapUploads(IEndpointRouteBuilder app)
    {
        app.MapMethods("/v0/uploads", [HttpMethods.Options], (HttpContext c, TusEndpoints e) => e.OptionsAsync(c))
            .WithMetadata(AccessRule.Anybody);
        app.MapPost("/v0/uploads", (HttpContext c, TusEndpoints e) => e.CreateAsync(c)).WithMetadata(UploadLimits.AnySize);
        app.MapMethods("/v0/uploads/{id}", [HttpMethods.Head], (HttpContext c, TusEndpoints e, string id) => e.LookAsync(c, id));
        app.MapPatch("/v0/uploads/{id}", (HttpContext c, TusEndpoints e, string id) => e.AppendAsync(c, id))
            .WithMetadata(UploadLimits.AnySize);
        app.MapDelete("/v0/uploads/{id}", (HttpContext c, TusEndpoints e, string id) => e.EndAsync(c, id));
        app.MapPost("/v0/uploads/{id}", (HttpContext c, TusEndpoints e, string id) => e.OverrideAsync(c, id))
            .WithMetadata(UploadLimits.AnySize);
    }

    private static void MapPinningService(IEndpointRouteBuilder app)
    {
        app.MapGet("/psa/pins", (HttpContext c, PsaEndpoints e) => e.ListAsync(c));
        app.MapPost("/psa/pins", (HttpContext c, PsaEndpoints e) => e.AddAsync(c));
        app.MapGet("/psa/pins/{id}", (HttpContext c, PsaEndpoints e, string id) => e.GetAsync(c, id));
        app.MapPost("/psa/pins/{id}", (HttpContext c, PsaEndpoints e, string id) => e.ReplaceAsync(c, id)).WithMetadata(Removes.Pins);
        app.MapDelete("/psa/pins/{id}", (HttpContext c, PsaEndpoints e, string id) => e.DeleteAsync(c, id)).WithMetadata(Removes.Pins);
        app.MapMethods("/pins/{**path}", [HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete],
            (HttpContext c, PsaEndpoints e) => e.Elsewhere(c));
    }

    private static void MapContent(IEndpointRouteBuilder app)
    {
        app.MapMethods("/ipfs/{cid}/{**path}", ReadMethods,
            (HttpContext c, GatewayEndpoint e, string cid) => e.GetAsync(c, cid))
            .WithMetadata(AccessRule.Readers);
        app.MapMethods("/ipns/{name}/{**path}", ReadMethods,
            (HttpContext c, IpnsEndpoints e, string name, string? path) => e.ResolveAsync(c, name, path))
            .WithMetadata(AccessRule.Readers);
        app.MapMethods("/routing/v1/ipns/{name}", ReadMethods, (HttpContext c, IpnsEndpoints e, string name) => e.GetAsync(c, name))
            .WithMetadata(AccessRule.Readers);
        app.MapPut("/routing/v1/ipns/{name}", (HttpContext c, IpnsEndpoints e, string name) => e.PutAsync(c, name));
        app.MapMethods("/routing/v1/providers/{cid}", ReadMethods, (HttpContext c, ProviderEndpoint e, string cid) => e.GetAsync(c, cid))
            .WithMetadata(AccessRule.Readers);
        app.MapMethods("/ipfs/{**path}", [HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete],
            GatewayEndpoint.RefuseAsync).WithMetadata(AccessRule.Preflight);
        app.MapMethods("/ipfs", ReadMethods, () => { throw ApiException.BadRequest("Say which CID: /ipfs/{cid}."); })
            .WithMetadata(AccessRule.Readers);
        foreach (string content in (string[])["/ipfs/{**path}", "/ipns/{**path}", "/routing/{**path}"])
            app.MapMethods(content, [HttpMethods.Options], CrossOrigin.PreflightAsync).WithMetadata(AccessRule.Preflight);
    }

    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];
}
