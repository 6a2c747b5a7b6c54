using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Puts the operator's queries, commands and console into a process.</summary>
public static class OpsServices
{
    /// <summary>
    /// Adds the queries and commands. They take <see cref="WandaOptions"/>, <see cref="DataFolder"/>, <c>Catalogue</c>, <c>StorageRoot</c>
    /// and <c>ISqliteQueues</c> from the container, an <c>ICopySource</c> for each destination that frames can be had back from, and an
    /// <see cref="IFolderLook"/> where folders are to be imported; no bus is needed.
    /// </summary>
    public static IServiceCollection AddOpsQueries(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<JournalWriter>(); // a verb writes the line of an operator's word too
        services.AddSingleton<DestinationQuery>();
        services.AddSingleton<QueueQuery>();
        services.AddSingleton<QueueCommands>();
        services.AddSingleton<StuckWork>();
        services.AddSingleton<NightQuery>();
        services.TryAddSingleton(provider => new Audience(provider.GetService<IHttpContextAccessor>()));
        services.AddSingleton<FrameQuery>();
        services.AddSingleton<CaptureDetailQuery>();
        services.AddSingleton<DiscardCommand>();
        services.AddSingleton<ForecastQuery>();
        services.AddSingleton<ReleasePreviewQuery>();
        services.AddSingleton<HoldQuery>();
        services.TryAddSingleton<ReleaseSituation>();
        services.TryAddSingleton<ReleasePlanner>();
        services.TryAddSingleton(provider => new DiskSpace(
            provider.GetRequiredService<StorageRoot>(), provider.GetRequiredService<WandaOptions>(),
            provider.GetRequiredService<Catalogue>()));
        services.TryAddSingleton<NodeStops>();
        services.AddSingleton<SourceQuery>();
        services.AddSingleton<ImportCommand>();
        services.AddSingleton<LoginCommand>();
        services.AddSingleton<IpfsQuery>();
        services.AddSingleton<SilenceQuery>();
        services.AddSingleton<StopQuery>();
        services.AddSingleton<PrivacyQuery>();
        services.AddSingleton<DrainQuery>();
        services.AddSingleton<ReadBackPace>();
        services.AddSingleton<NoticeQuery>();
        services.AddSingleton<SessionQuery>();
        services.AddSingleton<FetchedStore>();
        services.AddSingleton<FrameRetrieval>();
        services.AddSingleton<FrameGet>();
        services.AddSingleton<SessionFetch>();
        services.AddSingleton<BlockStoreCheck>();
        return services;
    }

    /// <summary>Adds the queries, the commands, and what the REST interface and the console need.</summary>
    /// <param name="services">The container, with what <see cref="AddOpsQueries"/> takes.</param>
    /// <param name="data">The node's data folder: the keys that sign the console's forms are kept in it.</param>
    public static IServiceCollection AddOps(this IServiceCollection services, DataFolder data)
    {
        services.AddHttpContextAccessor();
        services.AddOpsQueries();
        services.AddSingleton<Web.ViewRenderer>();
        services.AddSingleton<Web.Pulse>();
        services.AddSingleton<Web.FrameDownload>();
        services.AddSingleton<Web.OverviewQuery>();
        services.AddSingleton<Web.SourcesPageQuery>();
        services.AddSingleton<Web.TabTitle>();
        services.AddSingleton<Security.TokenGate>();
        services.AddSingleton<Security.Access>();
        services.AddSingleton<Web.ILogins>(provider => provider.GetRequiredService<Security.Access>());
        services.AddSingleton<Security.Logins>();
        services.AddSingleton<Security.RateLimits>();
        AddApp(services);
        services.AddSingleton<Live.PublicWords>();
        services.AddSingleton<UploadsQuery>();
        services.AddSingleton<Live.UploadProgress>();
        services.AddSingleton<Live.UploadEvents>();
        services.AddSingleton<Live.SessionEvents>();
        services.AddSingleton<Live.LiveStatus>();
        services.AddSingleton<Live.LiveHub>();
        services.AddHostedService<Live.LiveFeed>();
        services.AddHostedService<Live.ProgressFeed>();
        services.AddHostedService<Live.AppRelay>();
        services.AddDataProtection().SetApplicationName("wanda-ops")
            .PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(data.Keys, "console")));
        services.AddAntiforgery(form =>
        {
            form.Cookie.Name = "wanda-form";
            form.Cookie.SameSite = SameSiteMode.Strict;
            form.Cookie.HttpOnly = true;
        });
        return services;
    }

    /// <summary>
    /// Maps the console, the REST interface below <c>/api</c> and the streams, and guards every request of <paramref name="app"/>. Call it
    /// before anything else is mapped.
    /// </summary>
    public static WebApplication MapOps(this WebApplication app)
    {
        app.UseWebSockets();
        app.UseMiddleware<Security.SecurityHeaders>();
        app.UseCors();
        app.UseMiddleware<Security.HostGuard>();
        app.UseMiddleware<Security.TokenGuard>();
        app.UseMiddleware<Web.OpsErrors>();
        Web.AssetRoutes.Map(app);
        Web.QrRoutes.Map(app);
        Security.LoginRoutes.Map(app);
        Web.ConsoleRoutes.Map(app);
        Web.QueueForms.Map(app);
        Web.ImportForms.Map(app);
        Api.ApiRoutes.Map(app);
        App.AppRoutes.Map(app);
        Live.LiveRoutes.Map(app);
        return app;
    }

    /// <summary>What the WANDA app's page asks for.</summary>
    private static void AddApp(IServiceCollection services)
    {
        services.AddHttpForwarder();
        // Its page asks every few seconds: neither that nor an app that is away is a line each time. Who asked is told.
        services.AddLogging(logging => logging.AddFilter("Yarp", LogLevel.Error));
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<WandaOptions>((cors, wanda) => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. wanda.Ops.Origins]).WithMethods("GET", "POST", "DELETE").WithHeaders("Authorization", "Content-Type")));
        services.AddSingleton<AppFolder>();
        services.AddSingleton<CaptureListQuery>();
        services.AddSingleton<CaptureQuery>();
        services.AddSingleton<SessionIpfsQuery>();
        services.AddSingleton<IpfsNodeQuery>();
        services.AddSingleton<PinQuery>();
        services.AddSingleton<PinCommands>();
        services.AddSingleton<AddCommand>();
        services.AddSingleton<ContentQuery>();
        services.AddSingleton<Web.FileAnswer>();
        services.AddSingleton<App.AppForwarder>();
        services.AddSingleton<App.AppAnswers>();
        services.AddSingleton<App.ContentAnswer>();
        services.AddSingleton<App.CaptureAnswer>();
    }
}
