using Files.Shared;

namespace Wanda.Ipfs;

/// <summary>
/// The node inside this process: a <see cref="BlockStore"/> and nothing else to install. Adding a file reads it once and writes a few
/// kilobytes; its leaves stay where they are.
/// </summary>
/// <param name="store">Stays the caller's to dispose.</param>
/// <param name="profile">Decides CIDs; null stands for <see cref="UnixFsProfile.UnixFsV1_2025"/>.</param>
public sealed class EmbeddedNode(BlockStore store, UnixFsProfile? profile = null) : IIpfsNode
{
    private readonly UnixFsProfile _profile = profile ?? UnixFsProfile.UnixFsV1_2025;

    /// <summary>The store, for its collection, verification and figures.</summary>
    public BlockStore Store { get; } = store;

    /// <inheritdoc/>
    public async Task<AddedFile> AddFileAsync(string path, string owner, string? sha256, CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        var before = FileIdentity.Of(path) ?? throw new FileNotFoundException($"{path} does not exist, so it cannot be added.", path);
        var batch = Store.Begin();
        await using var _ = batch.ConfigureAwait(false);
        var leaves = new LeafList(batch);
        var file = await FileImport.RunAsync(_profile, path, leaves, sha256, cancellationToken).ConfigureAwait(false);
        if (FileIdentity.Of(path) != before || before.SizeBytes != file.Size)
            throw new FileChangedException(path);
        batch.Reference(new(owner, path, before, _profile.ChunkSize, !_profile.RawLeaves), file.Root, leaves.Digests);
        batch.Pin(owner, file.Root, PinMode.Recursive);
        await batch.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new(file.Root, file.Size, file.DagSize, file.Leaves + file.Nodes);
    }

    /// <inheritdoc/>
    public async Task<AddedDirectory> AddDirectoryAsync(
        IEnumerable<DagPbLink> links, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string owner,
        bool durable = true, CancellationToken cancellationToken = default)
    {
        var batch = Store.Begin();
        await using var _ = batch.ConfigureAwait(false);
        var directory = await DirectoryImport.RunAsync(_profile, links, files, batch.PutAsync, cancellationToken).ConfigureAwait(false);
        foreach (var block in directory.Blocks)
            batch.Pin(owner, block.Cid, PinMode.Direct);
        await batch.CommitAsync(durable, cancellationToken).ConfigureAwait(false);
        return directory;
    }

    /// <inheritdoc/>
    public Task UnpinAsync(string owner, CancellationToken cancellationToken = default) => Store.UnpinAsync(owner, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken) =>
        Store.ReadAsync(cid, buffer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => Store.FindAsync(cid, cancellationToken);
}
