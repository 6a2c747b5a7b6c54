using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Wanda.Catalog;
using Wanda.Cli;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;

namespace Wanda.Ops.Tests;

/// <summary>
/// A node's data folder with a real catalogue and a real queue file, and the queries over them; thrown away with the test.
/// </summary>
public sealed class TestNode : IAsyncDisposable
{
    public const string Cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    private readonly TimeProvider _time;
    private ServiceProvider _services;

    private TestNode(WandaOptions options, DataFolder data, Catalogue catalogue, StorageRoot root, SqliteQueues queues, TimeProvider time)
    {
        (Options, Data, Catalogue, Root, Queues, _time) = (options, data, catalogue, root, queues, time);
        _services = BuildServices();
    }

    public WandaOptions Options { get; private set; }

    public DataFolder Data { get; }

    public Catalogue Catalogue { get; }

    public StorageRoot Root { get; }

    public SqliteQueues Queues { get; }

    /// <summary>One with frames that are proven and freed.</summary>
    public static async Task<TestNode> FreedAsync(int frames)
    {
        var node = await CreateAsync();
        for (var i = 0; i < frames; i++)
        {
            var capture = await node.SaveAsync();
            await node.AddCidAsync(capture);
            await node.ProveAsync(capture);
            await node.ReleaseAsync(capture);
        }

        return node;
    }

    public static async Task<TestNode> CreateAsync(Func<WandaOptions, WandaOptions>? configure = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var options = new WandaOptions
        {
            Node = "dome",
            Data = Directory.CreateTempSubdirectory("wanda-ops-").FullName,
            Destinations = [
                new DestinationOptions { Name = "altermundi", Url = "https://pin.example.org", Token = "t", FailureDomain = "altermundi" }],
        };
        options = WandaConfiguration.Validated(configure?.Invoke(options) ?? options);
        var data = new DataFolder(options.Data);
        var catalogue = await Catalogue.OpenAsync(data.Catalogue, time, default);
        await RegisterAsync(catalogue, options);

        var root = await StorageRoot.OpenAsync(options.Storage.Root!, catalogue, default);
        return new TestNode(options, data, catalogue, root, new SqliteQueues(data.QueueConnection, time), time);
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>As a process that starts anew, after the operator changed the configuration.</summary>
    public async Task RestartAsync(Func<WandaOptions, WandaOptions> configure)
    {
        await _services.DisposeAsync();
        Options = WandaConfiguration.Validated(configure(Options));
        _services = BuildServices();
        await RegisterAsync(Catalogue, Options);
    }

    public IServiceCollection AddTo(IServiceCollection services) => services
        .AddSingleton(Options).AddSingleton(Data).AddSingleton(Catalogue).AddSingleton(Root).AddSingleton<ISqliteQueues>(Queues)
        .AddSingleton<IFolderLook, FolderLook>()
        .AddSingleton(p => new ClockTrust(Options.Clock, Catalogue, p.GetRequiredService<TimeProvider>(), () => true))
        .AddDestinationCopies(Options, TimeProvider.System);

    /// <summary>Saves a frame, its file and its row.</summary>
    public async Task<CaptureRecord> SaveAsync(
        string session = "m42", DateTimeOffset? at = null, string? name = null, byte[]? bytes = null, string metadata = "{}",
        RawName? original = null, RawName? folder = null, CaptureKind kind = CaptureKind.Frame, bool believed = true,
        string? watched = null)
    {
        if (watched is not null)
        {
            // As the first watched folder's file of that path.
            (original, folder) = (RawName.FromText(Path.GetFileName(watched)),
                Path.GetDirectoryName(watched) is { Length: > 0 } below ? RawName.FromText(below) : null);
        }

        var saved = at ?? TimeProvider.System.GetUtcNow();
        var id = new CaptureId(Guid.CreateVersion7(saved));
        await Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(new SessionName(session), SessionKind.Camera), default);
        var capture = new CaptureRecord
        {
            Id = id,
            Session = new SessionName(session),
            Kind = kind,
            FileName = original?.ToString() ?? name ?? $"{id.ToString()[..8]}.fits",
            OriginalName = original,
            Folder = folder,
            Path = $"{session}/{name ?? id + ".fits"}",
            SizeBytes = bytes?.Length ?? 2_600_000,
            Sha256 = bytes is null ? new string('a', 64) : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)),
            Format = "fits",
            Source = watched is null ? "sim" : Options.Watch[0].SourceName,
            SourcePath = watched is null ? null : RawName.FromText(watched),
            SourceKey = watched is null ? null : $"{Inode(watched)}.1.{id}.0.0.0",
            TakenAt = saved,
            SavedAt = saved,
            ClockTrusted = believed,
            Metadata = metadata,
        };
        if (bytes is not null)
        {
            Directory.CreateDirectory(Root.FolderOf(capture.Session));
            await File.WriteAllBytesAsync(Root.Resolve(capture.Path), bytes);
        }

        return await Catalogue.Ledger.ApplyAsync(new Fact.Saved(capture), default);
    }

    public Task AddCidAsync(CaptureRecord capture, string cid = Cid) =>
        Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, cid, capture.SizeBytes), default);

    public async Task ProveAsync(
        CaptureRecord capture, string destination = "altermundi", string cid = Cid, bool here = false, DateTimeOffset? at = null,
        Flushes? flushes = null, DateTimeOffset? expires = null, string? domain = null)
    {
        await Catalogue.Ledger.ApplyAsync(
            new Fact.Pushed(new RemotePin
            {
                Destination = destination,
                Subject = capture.Id.ToString(),
                Cid = cid,
                PushedAt = at ?? TimeProvider.System.GetUtcNow(),
            }), default);
        await Catalogue.Ledger.ApplyAsync(new Fact.Proven(new CustodyProof
        {
            Id = Guid.NewGuid().ToString(),
            SubjectKind = SubjectKind.Capture,
            Subject = capture.Id.ToString(),
            Cid = cid,
            Destination = destination,
            FailureDomain = domain ?? destination,
            OnThisMachine = here,
            Flushes = flushes,
            Method = ProofMethod.Possession,
            Bytes = capture.SizeBytes,
            Digest = new string('b', 64),
            Endpoint = "https://pin.example.org",
            Place = Options.Destinations.FirstOrDefault(d => d.Name == destination)?.Place,
            ProvenAt = at ?? TimeProvider.System.GetUtcNow(),
            ExpiresAt = expires ?? (at ?? TimeProvider.System.GetUtcNow()).AddDays(30),
        }), default);
    }

    public async Task ReleaseAsync(CaptureRecord capture)
    {
        await Catalogue.Ledger.ReplayAsync(new Fact.Released(capture.Id, _time.GetUtcNow()), default);
        if (Directory.Exists(Root.FolderOf(capture.Session)))
            File.Delete(Root.Resolve(capture.Path));
    }

    // The app writes over a file, so that the same name is the same inode.
    private static string Inode(string watched) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(watched)))[..16];

    private static Task RegisterAsync(Catalogue catalogue, WandaOptions options) => catalogue.Destinations.RegisterAsync(
        [.. options.Destinations.Select(
            d => new ConfiguredDestination(d.Name, d.Kind, d.FailureDomain ?? d.Name, d.Place, d.WasAskedAt, d.Drain))],
        default);

    private ServiceProvider BuildServices() =>
        AddTo(new ServiceCollection()).AddSingleton(_time).AddOpsQueries().BuildServiceProvider();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Queues.DisposeAsync();
        await Catalogue.DisposeAsync();
        Directory.Delete(Options.Data, recursive: true);
    }
}
