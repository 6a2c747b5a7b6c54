using MassTransit.SqlTransport.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Interop.Tests.App;

/// <summary>The console of a node with nothing but its stores, on a free port of loopback.</summary>
internal sealed class LiveConsole : IAsyncDisposable
{
    public const string Cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

    private readonly WandaOptions _options;
    private readonly Catalogue _catalogue;
    private readonly SqliteQueues _queues;
    private readonly WebApplication _app;

    private LiveConsole(WandaOptions options, Catalogue catalogue, SqliteQueues queues, WebApplication app) =>
        (_options, _catalogue, _queues, _app) = (options, catalogue, queues, app);

    public Uri Address => new(_app.Urls.Single());

    /// <param name="relay">Where the WANDA app is; null for none.</param>
    public static async Task<LiveConsole> StartAsync(Uri? relay = null)
    {
        var options = WandaConfiguration.Validated(new WandaOptions
        {
            Data = Directory.CreateTempSubdirectory("wanda-live-").FullName,
            Events = new() { Relay = relay?.GetLeftPart(UriPartial.Authority) },
        });
        var data = new DataFolder(options.Data);
        var catalogue = await Catalogue.OpenAsync(data.Catalogue, TimeProvider.System, default);
        var queues = new SqliteQueues(data.QueueConnection, TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(options).AddSingleton(data).AddSingleton(_ => catalogue).AddSingleton<ISqliteQueues>(_ => queues)
            .AddSingleton(await StorageRoot.OpenAsync(options.Storage.Root!, catalogue, default))
            .AddSingleton(new ClockTrust(options.Clock, catalogue, TimeProvider.System))
            .AddOps(data).AddDestinationCopies(options, TimeProvider.System);
        var app = builder.Build();
        app.MapOps();
        await app.StartAsync();
        return new(options, catalogue, queues, app);
    }

    /// <summary>A frame's row; its file is nobody's business here.</summary>
    public async Task<CaptureRecord> SaveAsync(string name, long bytes)
    {
        var (now, session) = (TimeProvider.System.GetUtcNow(), new SessionName("night"));
        await _catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(session, SessionKind.Camera), default);
        var id = CaptureId.New(TimeProvider.System);
        return await _catalogue.Ledger.ApplyAsync(new Fact.Saved(new CaptureRecord
        {
            Id = id,
            Session = session,
            FileName = name,
            Path = $"night/{id}.jpg",
            SizeBytes = bytes,
            Sha256 = new string('a', 64),
            Format = "jpg",
            Source = "wanda-app",
            TakenAt = now,
            SavedAt = now,
            ClockTrusted = true,
        }), default);
    }

    public Task AddCidAsync(CaptureRecord capture) =>
        _catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, Cid, capture.SizeBytes), default);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync(); // and what the container made
        await _queues.DisposeAsync();
        await _catalogue.DisposeAsync();
        Directory.Delete(_options.Data, recursive: true);
    }
}
