using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sqlite.Shared;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>What is open on disk while the server runs.</summary>
internal sealed class ServerState : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly SqliteFile _database;
    private readonly BlockStore _store;
    private readonly KuboClient? _kubo;

    private ServerState(DataFolder folder, SqliteFile database, BlockStore store, KuboClient? kubo) =>
        (_folder, _database, _store, _kubo) = (folder, database, store, kubo);

    /// <summary>Opens the folder; opening the store removes what a killed server left half uploaded.</summary>
    public static async Task<ServerState> OpenAsync(PinningServerOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = new DataFolder(options);
        try
        {
            var database = await ServerDatabase.OpenAsync(folder.Root, time, cancellationToken);
            try
            {
                var kubo = options.Kubo is null ? null : new KuboClient(options.KuboEndpoint, time);
                return new(folder, database, await BlockStore.OpenAsync(folder.Blocks, time, cancellationToken), kubo);
            }
            catch
            {
                await database.DisposeAsync();
                throw;
            }
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    // As instances: this object closes them, in order, and not the container.
    public void Register(IServiceCollection services)
    {
        services.AddSingleton(_folder);
        services.AddSingleton(_database);
        services.AddSingleton<PinDatabase>();
        services.AddSingleton(_store);
        services.AddSingleton<EmbeddedFrames>();
        AddFrames(services);
        services.AddSingleton(s => s.GetRequiredService<IFrameStore>().Blocks);
        services.AddSingleton<Func<long>>(_folder.FreeBytes);
    }

    private void AddFrames(IServiceCollection services)
    {
        if (_kubo is null)
        {
            services.AddSingleton<IFrameStore>(s => s.GetRequiredService<EmbeddedFrames>());
            return;
        }

        services.AddSingleton(_kubo);
        services.AddSingleton<KuboPinTable>();
        services.AddSingleton(s => new KuboDurability(
            _kubo, new KuboSightingTable(_database), mayFlushByUs: true, s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(new KuboIntake(_kubo));
        services.AddSingleton<KuboHealth>();
        services.AddSingleton<KuboKeeper>();
        services.AddSingleton<IFrameStore, KuboFrames>();
    }

    public async ValueTask DisposeAsync()
    {
        _kubo?.Dispose();
        await _store.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }
}
