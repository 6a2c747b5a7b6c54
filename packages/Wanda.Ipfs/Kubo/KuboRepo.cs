using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>What a daemon's store holds.</summary>
/// <param name="Size">Bytes on disk.</param>
/// <param name="Limit">The bytes at which it collects garbage, when it does that by itself (<c>--enable-gc</c>).</param>
/// <param name="Objects">How many blocks.</param>
/// <param name="Path">Its folder on the daemon's machine.</param>
public readonly record struct KuboRepoStatistics(long Size, long Limit, long Objects, string Path);

/// <summary>The store of a daemon.</summary>
public sealed class KuboRepo
{
    private readonly KuboRpc _rpc;

    internal KuboRepo(KuboRpc rpc) => _rpc = rpc;

    /// <summary>Its figures.</summary>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public Task<KuboRepoStatistics> StatAsync(CancellationToken cancellationToken = default) => _rpc.RepeatableAsync("repo/stat", [],
        json => new KuboRepoStatistics(json.Number("RepoSize"), json.NumberOrNull("StorageMax") ?? 0, json.Number("NumObjects"),
            json.TextOr("RepoPath", "")), cancellationToken);

    /// <summary>Bytes on disk alone: its other figures are counted block by block.</summary>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public Task<long> SizeAsync(CancellationToken cancellationToken = default) =>
        _rpc.RepeatableAsync("repo/stat", [("size-only", "true")], json => json.Number("RepoSize"), cancellationToken);

    /// <summary>Removes what no pin keeps, for everybody who uses the daemon.</summary>
    /// <returns>How many blocks went.</returns>
    /// <exception cref="RemoteException">The daemon does not do it, or says of a block that it could not be removed.</exception>
    public async Task<long> CollectAsync(CancellationToken cancellationToken = default)
    {
        long removed = 0;
        await foreach (string problem in _rpc.LinesAsync("repo/gc", [("stream-errors", "true")], null, Problem,
            cancellationToken).ConfigureAwait(false))
        {
            removed += problem.Length == 0 ? 1 : throw new KuboException(_rpc.Name, "repo/gc", problem);
        }

        return removed;
    }

    private static string Problem(JsonElement json) => json.TextOr("Error", json.TextOr("Err", ""));
}
