using MassTransit;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wanda.CaptureProducer;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ops;
using Wanda.Workers.Offload;

namespace Wanda.Workers.Tests.Support;

/// <summary>
/// A real node's workers in a folder of their own: catalogue, storage root, queue, block store, all as in a process. It can be stopped and
/// started again on its data.
/// </summary>
internal sealed class TestNode : IAsyncDisposable
{
    public const string Destination = "altermundi";
    public static readonly SessionName Session = new("m42");

    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-node-").FullName;
    private IHost? _host;

    public JumpingTime Time { get; private set; } = new();

    /// <summary>What the kernel says of its clock.</summary>
    public bool ClockSynchronised { get; set; } = true;

    /// <summary>Stands between the workers and each destination from the next start on; null for nothing.</summary>
    public Func<IDestination, IDestination>? Between { get; set; }

    /// <summary>What the disk of the frames has free; null asks it.</summary>
    public Func<long>? FreeBytes { get; set; }

    /// <summary>Whether it has the Kubo that stands in on record as one that was started after it was configured to flush.</summary>
    public bool SawKuboRestarted { get; set; } = true;

    public WandaOptions Options { get; private set; } = null!;

    public string Data => Path.Combine(_folder, "data");

    public string TokenFile => Path.Combine(_folder, "token");

    public Catalogue Catalogue => Get<Catalogue>();

    public StorageRoot Root => Get<StorageRoot>();

    public ISqliteQueues Queues => Get<ISqliteQueues>();

    public T Get<T>()
        where T : notnull => _host!.Services.GetRequiredService<T>();

    /// <summary>A node that releases what is proven, with one destination on this machine that counts, as in the demo.</summary>
    public static TestNode Create(Uri server, string token, Func<WandaOptions, WandaOptions>? configure = null)
    {
        var node = new TestNode();
        File.WriteAllText(node.TokenFile, token + "\n");
        var options = new WandaOptions
        {
            Node = "dome",
            Data = node.Data,
            IsDemo = true,
            Storage = new() { Floor = new ByteSize(0), Reserve = new ByteSize(0) },
            Release = new() { When = ReleaseWhen.Proven, LowWater = new ByteSize(0) },
            Destinations =
            [
                new DestinationOptions
                {
                    Name = Destination,
                    Url = server.ToString(),
                    TokenFile = node.TokenFile,
                    FailureDomain = "community",
                    Timeout = TimeSpan.FromSeconds(20),
                },
            ],
        };
        node.Options = WandaConfiguration.Validated(configure?.Invoke(options) ?? options);
        return node;
    }

    public async Task StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        if (Environment.GetEnvironmentVariable("TEST_LOG") is not null)
            builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Information);
        else
            // MassTransit keeps the first one it sees, past its host
            builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        await builder.AddWandaNodeAsync(Options, Time, CancellationToken.None);
        if (Options.Watch.Count > 0)
            builder.AddCaptureProducer().Services.AddOpsQueries();
        await builder.AddWorkersAsync(Options, Time, CancellationToken.None);
        builder.AddWandaBus();
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(o =>
        {
            o.StopTimeout = TimeSpan.FromSeconds(10);
            o.ConsumerStopTimeout = TimeSpan.FromMilliseconds(200);
        });
        builder.Services.AddSingleton(p => new ClockTrust(Options.Clock, p.GetRequiredService<Catalogue>(), Time, () => ClockSynchronised));
        builder.Services.AddSingleton(p => new DiskSpace(
            p.GetRequiredService<StorageRoot>(), Options, p.GetRequiredService<Catalogue>(), () => FreeBytes?.Invoke() ?? Root.FreeBytes));
        if (Between is not null)
            builder.Services.AddSingleton(p => new DestinationSet([.. Options.Destinations.Select(options => OffloaderOf(options, p))]));
        _host = builder.Build();
        if (SawKuboRestarted && Options.Destinations.Any(d => d.Kind == "kubo"))
            await Catalogue.Node.StoreDaemonAsync("12D3KooWStandIn", """{ "Started": null }""", default);
        await _host.StartAsync();
        // What is done at every start is over before a test saves anything: a round that met a row before its message would send one of its
        // own.
        await Task.WhenAll(_host.Services.GetServices<IHostedService>().OfType<PeriodicService>().Select(s => s.FirstRun))
            .WaitAsync(TimeSpan.FromSeconds(60));
    }

    private Offloader OffloaderOf(DestinationOptions options, IServiceProvider provider)
    {
        var (catalogue, queues) = (provider.GetRequiredService<Catalogue>(), provider.GetRequiredService<ISqliteQueues>());
        var line = new UploadLine(options, provider.GetRequiredService<Uplink>(), catalogue, Time);
        return new Offloader(Between!(provider.GetRequiredService<DestinationFactory>().Create(options, line)), options,
            new DestinationBreaker(options, catalogue, queues, Time), new UploadLimits(options, catalogue, queues, Time), line, catalogue,
            Time);
    }

    public async Task StopAsync()
    {
        if (_host is null)
            return;
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _host = null;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>The next start is so long after now, whatever passed before.</summary>
    public void SetTime(TimeSpan ahead)
    {
        Time = new JumpingTime();
        Time.Advance(ahead);
    }

    /// <summary>A restart after the operator changed the configuration.</summary>
    public async Task RestartAsync(Func<WandaOptions, WandaOptions> configure)
    {
        Options = WandaConfiguration.Validated(configure(Options));
        await RestartAsync();
    }

    /// <summary>Saves a frame as the producer does: file, row, journal, message.</summary>
    public async Task<CaptureRecord> SaveAsync(string name, byte[] bytes, bool announce = true)
    {
        var capture = await TestFrames.SaveAsync(Catalogue, Root, Time, Session, name, bytes);
        if (announce)
            await Get<IBus>().Publish(capture.ToSaved());
        return capture;
    }

    public async Task EndSessionAsync()
    {
        await Catalogue.Ledger.ApplyAsync(new Fact.SessionEnded(Session), default);
        await Get<IBus>().Publish(new SessionEnded { Session = Session, Frames = 1 });
    }

    public async Task SendAsync<T>(string queue, T message)
        where T : class => await (await Get<IBus>().GetSendEndpoint(new Uri($"queue:{queue}"))).Send(message);

    public async Task<CaptureRecord> FrameAsync(CaptureRecord capture) => await Catalogue.Captures.GetAsync(capture.Id, default);

    public async Task<bool> IsReleasedAsync(CaptureRecord capture) => (await FrameAsync(capture)).ReleasedAt is not null;

    public async Task<IReadOnlyList<CustodyProof>> ProofsAsync(CaptureRecord capture) =>
        await Catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), default);

    /// <summary>Opens a frame's door by the proofs that it has, and goes no further: what a crash leaves. Null when it is open.</summary>
    public async Task<string?> OpenDoorAsync(CaptureRecord capture) => await Catalogue.Ledger.OpenDoorAsync(
        new DoorRequest(await FrameAsync(capture), await ProofsAsync(capture), Options.IsDemo, () => true), default);

    public Task<SqliteQueueInfo?> QueueAsync(string name) => Queues.FindAsync(name);

    public async Task<SqliteQueuePause?> PauseAsync() => (await QueueAsync(QueueNames.Offload(Destination)))?.Paused;

    public Task UntilReleasedAsync(CaptureRecord capture) =>
        Eventually.HoldsAsync(() => IsReleasedAsync(capture), $"{capture.FileName} to be released", StateAsync);

    public Task UntilProvenAsync(CaptureRecord capture) =>
        Eventually.HoldsAsync(async () => (await ProofsAsync(capture)).Count > 0, $"{capture.FileName} to be proven", StateAsync);

    public Task UntilPausedAsync() =>
        Eventually.HoldsAsync(async () => await PauseAsync() is not null, "the queue to be paused", StateAsync);

    /// <summary>Until no message is ready or worked on.</summary>
    public Task UntilQuietAsync() => Eventually.HoldsAsync(
        async () => (await Queues.ListAsync()).All(q => q.InFlight == 0 && (q.Ready == 0 || q.Paused is not null)),
        "the queues to be quiet", StateAsync);

    /// <summary>Time passes in steps, the queues coming to rest after each, until the condition holds.</summary>
    public async Task PassUntilAsync(Func<Task<bool>> condition, TimeSpan step, int steps, string what)
    {
        for (var i = 0; i < steps && !await condition(); i++)
        {
            await UntilQuietAsync();
            Time.Advance(step);
            // What became due is taken within moments; when nothing was, the bound is short.
            for (var looks = 0; looks < 15 && !await condition(); looks++)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        await Eventually.HoldsAsync(condition, $"{what}, after {steps} x {step}", StateAsync);
        await UntilQuietAsync();
    }

    /// <summary>Why a frame that is proven is still here, as a screen says it; null when nothing holds it.</summary>
    public async Task<string?> WhyHereAsync(CaptureRecord frame)
    {
        var row = await FrameAsync(frame);
        var hold = await new HoldQuery(Catalogue, Get<ReleaseSituation>(), Options).OfAsync(row, default);
        return hold is not null ? HoldWords.Of(hold) : row.HoldReason is { } door ? HoldWords.Of(door) : null;
    }

    public async Task<string> StateAsync()
    {
        var queues = string.Join("; ", (await Queues.ListAsync()).Select(q =>
            $"{q.Name} ready {q.Ready} flight {q.InFlight} sched {q.Scheduled} err {q.Error} dead {q.DeadLetter} paused {q.Paused?.Until} "
                + $"{q.Paused?.Reason}"));
        var errors = new List<string>();
        foreach (var queue in await Queues.ListAsync())
            errors.AddRange((await Queues.PeekAsync(queue.Name, SqliteQueuePart.Error)).Select(m => $"{queue.Name}: {m.Reason}"));
        var holds = new List<string>();
        foreach (var capture in await Catalogue.Captures.HereAsync(null, 50, default))
            holds.Add($"{capture.FileName}: {await WhyHereAsync(capture)}");
        return $"Errors: {string.Join("; ", errors)}. Queues: {queues}. Here: {string.Join("; ", holds)}.";
    }

    /// <summary>Reads a number straight from the catalogue's file.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var db = new SqliteConnection($"Data Source={Get<DataFolder>().Catalogue};Mode=ReadOnly;Pooling=False");
        await db.OpenAsync();
        await using var command = db.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
