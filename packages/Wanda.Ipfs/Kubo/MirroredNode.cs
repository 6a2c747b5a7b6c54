namespace Wanda.Ipfs;

/// <summary>
/// The embedded node where something counts as added only when a Kubo daemon holds it too. It reads from the store, which refers to the
/// files as long as they are pinned; releases reach the daemon with the mirror's next round.
/// </summary>
/// <param name="node">Stays the caller's.</param>
/// <param name="mirror">Of the same store; stays the caller's to run and to dispose.</param>
public sealed class MirroredNode(EmbeddedNode node, KuboMirror mirror) : IIpfsNode
{
    /// <inheritdoc/>
    /// <exception cref="RemoteException">The daemon is away or does not take it. It is pinned here already: add it again later.</exception>
    /// <exception cref="CidDisagreementException">The daemon computes another CID.</exception>
    public async Task<AddedFile> AddFileAsync(string path, string owner, string? sha256, CancellationToken cancellationToken)
    {
        var added = await node.AddFileAsync(path, owner, sha256, cancellationToken).ConfigureAwait(false);
        await mirror.ConfirmAsync(owner, cancellationToken).ConfigureAwait(false);
        return added;
    }

    /// <inheritdoc/>
    /// <exception cref="RemoteException">The daemon is away or does not take it. It is pinned here already: add it again later.</exception>
    public async Task<AddedDirectory> AddDirectoryAsync(
        IEnumerable<DagPbLink> links, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string owner,
        bool durable = true, CancellationToken cancellationToken = default)
    {
        var added = await node.AddDirectoryAsync(links, files, owner, durable, cancellationToken).ConfigureAwait(false);
        await mirror.ConfirmAsync(owner, cancellationToken).ConfigureAwait(false);
        return added;
    }

    /// <inheritdoc/>
    public Task UnpinAsync(string owner, CancellationToken cancellationToken = default) => node.UnpinAsync(owner, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken) =>
        node.ReadAsync(cid, buffer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => node.FindAsync(cid, cancellationToken);
}
