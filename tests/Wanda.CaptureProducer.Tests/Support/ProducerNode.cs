using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Support;

/// <summary>
/// A real node's producer in a folder of its own: catalogue, storage root, queue. It can be stopped and started again on its data.
/// </summary>
public abstract class ProducerNode : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-producer-").FullName;
    private IHost? _host;

    private protected static readonly SessionName Session = new("m42");

    private protected JumpingTime Time { get; } = new();

    private protected WandaOptions Options { get; private set; } = new()
    {
        Clock = new() { RequireSync = false },
        Storage = new() { Floor = new ByteSize(0) },
    };

    private protected string Watched => Path.Combine(_folder, "watched");

    private protected Catalogue Catalogue => Get<Catalogue>();

    private protected StorageRoot Root => Get<StorageRoot>();

    private protected FrameIntake Intake => Get<FrameIntake>();

    private protected T Get<T>()
        where T : notnull => _host!.Services.GetRequiredService<T>();

    private protected virtual WandaOptions Configure(WandaOptions options) => options;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Watched);
        Options = WandaConfiguration.Validated(Configure(Options with { Data = Path.Combine(_folder, "data") }));
        await StartAsync();
    }

    private protected async Task StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        await builder.AddWandaNodeAsync(Options, Time, default);
        builder.AddCaptureProducer().AddWandaBus();
        _host = builder.Build();
        await _host.StartAsync();
        // It recovers what a crash left before its sources begin; a frame that a test saves meanwhile would look like that. Without sources
        // it ends there.
        if (Options.Cameras.Count + Options.Watch.Count == 0)
            await Get<IEnumerable<IHostedService>>().OfType<CaptureService>().Single().ExecuteTask!;
    }

    /// <summary>A restart after the operator changed the configuration.</summary>
    private protected async Task RestartAsync(Func<WandaOptions, WandaOptions> configure)
    {
        await StopAsync();
        Options = WandaConfiguration.Validated(configure(Options));
        await StartAsync();
    }

    private protected async Task StopAsync()
    {
        if (_host is null)
            return;
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _host = null;
    }

    private protected async Task<CaptureRecord> SaveAsync(string name, byte[] bytes, string? sourceKey = null)
    {
        await Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(Session, SessionKind.Camera), default);
        return await Intake.SaveAsync(new NewFrame
        {
            Session = Session,
            FileName = name,
            Source = "test",
            SourceKey = sourceKey,
            Write = async (file, cancellationToken) =>
            {
                await using var hashing = new HashingStream(file);
                await hashing.WriteAsync(bytes, cancellationToken);
                return new FrameFacts(hashing.Sha256(), null);
            },
        }, default);
    }

    private protected Task<IReadOnlyList<CaptureRecord>> FramesAsync(SessionName? session = null) =>
        Catalogue.Captures.OfSessionAsync(session ?? Session, default);

    /// <summary>The names of the captured files in a session's folder.</summary>
    private protected string[] Files(SessionName? session = null) => Directory.Exists(Root.FolderOf(session ?? Session))
        ? [.. Directory.GetFiles(Root.FolderOf(session ?? Session)).Select(f => Path.GetFileName(f)!).Order()]
        : [];

    public virtual async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
