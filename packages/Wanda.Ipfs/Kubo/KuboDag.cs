namespace Wanda.Ipfs;

/// <summary>What a daemon says of a root after an import.</summary>
/// <param name="Cid">The root.</param>
/// <param name="PinError">Why it was not pinned; empty when it was, or was not to be.</param>
public readonly record struct ImportedRoot(Cid Cid, string PinError);

/// <summary>Whole DAGs as CARs, into a daemon and out of it.</summary>
public sealed class KuboDag
{
    private readonly KuboRpc _rpc;

    internal KuboDag(KuboRpc rpc) => _rpc = rpc;

    /// <summary>Stores the blocks of a CAR as it is written. Not repeated; doing it again does no harm.</summary>
    /// <param name="length">How many bytes <paramref name="write"/> writes; null when that is not known.</param>
    /// <param name="write">Writes the CAR. What it throws ends the import and is thrown here.</param>
    /// <param name="pinRoots">
    /// Whether the roots in the CAR's header are pinned recursively: with all that is below them, so the CAR must hold that.
    /// </param>
    /// <param name="cancellationToken">Breaks the import off.</param>
    /// <returns>The roots with what became of their pins: check <see cref="ImportedRoot.PinError"/>.</returns>
    /// <exception cref="RemoteException">The daemon does not take it.</exception>
    public async Task<IReadOnlyList<ImportedRoot>> ImportAsync(
        long? length, Func<Stream, CancellationToken, Task> write, bool pinRoots, CancellationToken cancellationToken = default)
    {
        var body = KuboRpc.File("dag.car", new StreamedContent(length, write));
        var roots = new List<ImportedRoot>();
        await foreach (var root in _rpc.LinesAsync("dag/import", [("pin-roots", pinRoots ? "true" : "false")], body,
            json => json.Find("Root") is { } root
                ? new ImportedRoot(root.CidOf("Cid"), root.TextOr("PinErrorMsg", ""))
                : (ImportedRoot?)null, cancellationToken).ConfigureAwait(false))
        {
            if (root is { } told)
                roots.Add(told);
        }

        return roots;
    }

    /// <summary>
    /// A DAG as a CAR stream, for <see cref="CarReader"/>, which verifies it; the reading throws when the daemon breaks off.
    /// </summary>
    /// <exception cref="RemoteException">The daemon does not have it.</exception>
    public async Task<Stream> ExportAsync(Cid root, CancellationToken cancellationToken = default) =>
        await _rpc.RetryAsync(() => _rpc.SendAsync("dag/export", [("arg", root.ToString()), ("progress", "false")], null,
            cancellationToken), cancellationToken).ConfigureAwait(false);
}
