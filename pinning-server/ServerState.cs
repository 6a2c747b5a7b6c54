using Microsoft.Extensions.DependencyInjection;
using Sqlite.Shared;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>What is open on disk while the server runs.</summary>
internal sealed class ServerState : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly SqliteFile _database;
    private readonly BlockStore _store;

    private ServerState(DataFolder folder, SqliteFile database, BlockStore store) => (_folder, _database, _store) = (folder, database, store);

    /// <summary>Opens the folder; opening the store removes what a killed server left half uploaded.</summary>
    public static async Task<ServerState> OpenAsync(PinningServerOptions options, TimeProvider time, CancellationToken ct)
    {
        var folder = new DataFolder(options);
        try
        {
            var database = await ServerDatabase.OpenAsync(folder.Root, time, ct);
            try
            {
                return new(folder, database, await BlockStore.OpenAsync(folder.Blocks, time, ct));
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
        services.AddSingleton<IBlockSource>(_store);
        services.AddSingleton<Func<long>>(_folder.FreeBytes);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }
}
