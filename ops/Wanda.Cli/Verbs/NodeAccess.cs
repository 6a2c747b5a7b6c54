using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Wanda.Catalog;
using Wanda.Cli.Demo;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary>A node's stores, opened for an operator's verb: beside the running processes, or with none running.</summary>
internal sealed class NodeAccess : IAsyncDisposable
{
    private const string ConfigurationName = "wanda.json";
    private readonly ServiceProvider _services;
    private readonly Catalogue _catalogue;
    private readonly SqliteQueues _queues;

    private NodeAccess(WandaOptions options, DataFolder data, Catalogue catalogue, StorageRoot root, SqliteQueues queues)
    {
        (_catalogue, _queues, Options) = (catalogue, queues, options);
        _services = new ServiceCollection()
            .AddSingleton(TimeProvider.System).AddSingleton(options).AddSingleton(data).AddSingleton(catalogue).AddSingleton(root)
            .AddSingleton<ISqliteQueues>(queues).AddSingleton(new ClockTrust(options.Clock, catalogue, TimeProvider.System))
            .AddSingleton<IFolderLook, FolderLook>().AddOpsQueries().AddDestinationCopies(options, TimeProvider.System)
            .BuildServiceProvider();
    }

    /// <summary>The node's configuration.</summary>
    public WandaOptions Options { get; }

    /// <summary>The demo whose node this is; null for a real one.</summary>
    public DemoFolder? Demo => Options.IsDemo ? DemoFolder.Open(Path.GetDirectoryName(Options.Data)!) : null;

    /// <summary>A query or command.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Opens the node that <c>--config</c>, <c>--data</c> or the defaults name.</summary>
    /// <exception cref="ConfigurationException">There is no configuration, or it cannot be used.</exception>
    /// <exception cref="OpsException">There is no catalogue in the data folder.</exception>
    public static async Task<NodeAccess> OpenAsync(string? config, string? data, CancellationToken cancellationToken)
    {
        var options = Configuration(config, data);
        if (!File.Exists(Path.Combine(options.Data, "catalogue.db")))
        {
            throw new OpsException($"There is no catalogue in {options.Data}: nothing ran there yet, or it is the wrong folder. Name "
                + "another one with --data or --config.");
        }

        var folder = new DataFolder(options.Data);
        var catalogue = await Catalogue.OpenAsync(folder.Catalogue, TimeProvider.System, cancellationToken);
        var root = await StorageRoot.OpenAsync(options.Storage.Root!, catalogue, cancellationToken);
        return new NodeAccess(options, folder, catalogue, root, new SqliteQueues(folder.QueueConnection));
    }

    /// <summary>The configuration of that node, whether anything ran there yet or not.</summary>
    /// <exception cref="ConfigurationException">There is none, or it cannot be used.</exception>
    public static WandaOptions Configuration(string? config, string? data)
    {
        if (data is not null && config is null && File.Exists(Path.Combine(data, ConfigurationName)))
            config = Path.Combine(data, ConfigurationName);
        if (data is not null && config is null)
            return WandaConfiguration.Validated(new WandaOptions { Data = data });
        config ??= DefaultConfiguration() ?? throw NoConfiguration(", or a data folder with --data");
        // A demo's folder is marked by the demo itself; on screens, and nowhere else, its copies count.
        return WandaConfiguration.Load(config) with { IsDemo = DemoFolder.IsDemo(Path.GetDirectoryName(Path.GetFullPath(config))!) };
    }

    /// <summary>The configuration file that is used when none is named; null when there is none.</summary>
    public static string? DefaultConfiguration() =>
        Environment.GetEnvironmentVariable("WANDA_CONFIG") is { Length: > 0 } named ? named
        : new[] { ConfigurationName, Path.Combine("/etc/wanda", ConfigurationName) }.FirstOrDefault(File.Exists);

    /// <summary>What is said when there is none.</summary>
    public static ConfigurationException NoConfiguration(string otherwise = "") =>
        new(
            [$"No configuration: there is no ./{ConfigurationName} and no /etc/wanda/{ConfigurationName}. Name one with "
                + $"--config{otherwise}; the README shows a small example."]);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _queues.DisposeAsync();
        await _catalogue.DisposeAsync();
    }
}
