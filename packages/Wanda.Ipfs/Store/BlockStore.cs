using Files.Shared;

namespace Wanda.Ipfs;

/// <summary>
/// A durable store of blocks in a folder of its own, with pins and with references into files that serve as leaves where they lie.
/// Several processes may have the same folder open.
/// </summary>
/// <remarks>
/// Every block is hashed when it is read. A damaged one is never served: it is set aside under <c>quarantine/</c>, so that it can be put
/// again, and another copy is tried. I/O errors, those of the index included, are <see cref="IOException"/>.
/// </remarks>
public sealed class BlockStore : IBlockSource, IAsyncDisposable
{
    private readonly StagingArea _staging;

    private BlockStore(string root, StoreIndex index, TimeProvider time)
    {
        Root = root;
        Time = time;
        Index = index;
        Folder = new(root);
        Folder.Create();
        Collection = new(root, time);
        _staging = new(root);
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    internal TimeProvider Time { get; }
    internal StoreIndex Index { get; }
    internal BlockFolder Folder { get; }
    internal CollectionLock Collection { get; }

    /// <summary>Opens the store in a folder, creating it when it is missing, and removes what killed processes left unfinished.</summary>
    /// <param name="folder">Nothing else may be kept in it.</param>
    /// <param name="time">The clock for pins and waits.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="IOException">The folder cannot be used; the message says what to do.</exception>
    public static async Task<BlockStore> OpenAsync(string folder, TimeProvider time, CancellationToken cancellationToken = default)
    {
        string root = Path.GetFullPath(folder);
        DurableFile.CreateDirectory(root);
        var index = await StoreIndex.OpenAsync(Path.Combine(root, "index.sqlite"), time, cancellationToken).ConfigureAwait(false);
        try
        {
            return new(root, index, time);
        }
        catch
        {
            await index.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a batch: the only way to write.</summary>
    public BlockBatch Begin() => new(this, _staging.NewFolder());

    /// <inheritdoc/>
    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (cid.Hash.Function == HashFunction.Identity)
        {
            cid.Hash.Digest.CopyTo(buffer.Span);
            return Block.Verify(cid, buffer[..cid.Hash.Digest.Length]);
        }

        if (Folder.Read(cid, buffer, out string damage) is { } stored)
            return stored;
        if (damage.Length > 0)
            Folder.Quarantine(cid);
        bool damaged = damage.Length > 0;
        foreach (var (file, leaf) in await Index.FindAsync(cid.Hash, cancellationToken).ConfigureAwait(false))
        {
            int length = file.Read(leaf, buffer.Span, out string reason);
            if (length >= 0 && cid.Matches(buffer.Span[..length]))
                return Block.Trusted(cid, buffer[..length]);
            damaged = true;
            damage += (damage.Length > 0 ? "; " : "") + (length < 0 ? reason : file.Difference());
        }

        throw new BlockNotFoundException(cid, damage.Length > 0 ? damage + "." : $"it is not in {Root}.", damaged);
    }

    /// <inheritdoc/>
    /// <remarks>For a leaf in a file it is enough that the file has the size it had; its bytes are checked at reading.</remarks>
    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken)
    {
        if (cid.Hash.Function == HashFunction.Identity)
            return cid.Hash.Digest.Length;
        if (Folder.Find(cid.Hash) is { } length)
            return length;
        foreach (var (file, leaf) in await Index.FindAsync(cid.Hash, cancellationToken).ConfigureAwait(false))
        {
            if (file.HasItsSize())
                return file.BlockLength(leaf);
        }

        return null;
    }

    /// <summary>Pins a DAG that the store has already; for what is being put, use <see cref="BlockBatch.Pin"/>.</summary>
    /// <exception cref="BlockNotFoundException">The store lacks a block that the pin would keep.</exception>
    public async Task PinAsync(string owner, Cid cid, PinMode mode, CancellationToken cancellationToken = default)
    {
        using (await Collection.SharedAsync(cancellationToken).ConfigureAwait(false))
        {
            await RequireAsync(cid, mode, cancellationToken).ConfigureAwait(false);
            await SaveAsync(new(owner, cid, mode, Time.GetUtcNow()), null, null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Pins what there is of a DAG: those of <paramref name="blocks"/> that are here stay, and those that are missing are no reason to
    /// refuse.
    /// </summary>
    /// <param name="owner">Whose claim.</param>
    /// <param name="cid">The root.</param>
    /// <param name="mode">How much of it is meant.</param>
    /// <param name="blocks">What is kept, by a walk of the caller's.</param>
    /// <param name="note">A note to keep with it, or null to leave what there is.</param>
    /// <param name="cancellationToken">Stops it; then nothing changed.</param>
    public async Task PinListAsync(string owner, Cid cid, PinMode mode, IEnumerable<Cid> blocks, string? note = null,
        CancellationToken cancellationToken = default)
    {
        // Shared: a collector that began before sees the pin before it deletes on.
        using (await Collection.SharedAsync(cancellationToken).ConfigureAwait(false))
            await SaveAsync(new(owner, cid, mode, Time.GetUtcNow()), CidList.Of(blocks), note, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps a note for an owner, in place of the one before.</summary>
    public Task NoteAsync(string owner, string note, CancellationToken cancellationToken = default) =>
        Index.SaveAsync([], [], [(owner, note)], durable: true, cancellationToken);

    /// <summary>
    /// An owner's note: what its claims are to be known by should its own records be lost. It goes with
    /// <see cref="UnpinAsync(string, CancellationToken)"/>.
    /// </summary>
    /// <returns>Null when there is none.</returns>
    public Task<string?> NoteOfAsync(string owner, CancellationToken cancellationToken = default) =>
        Index.NoteAsync(owner, cancellationToken);

    /// <summary>Everybody who has a pin or a note here, and whether there is a note.</summary>
    public Task<IReadOnlyDictionary<string, bool>> OwnersAsync(CancellationToken cancellationToken = default) =>
        Index.OwnersAsync(cancellationToken);

    /// <summary>What an owner's pins keep by the lists that were given with them; of a pin without one, its root alone.</summary>
    public Task<IReadOnlyList<Cid>> ListedAsync(string owner, CancellationToken cancellationToken = default) =>
        Index.ListedAsync(owner, cancellationToken);

    /// <summary>
    /// Drops every pin and every file reference of an owner, durably. The space of stored blocks comes back with
    /// <see cref="CollectAsync"/>.
    /// </summary>
    /// <returns>How many pins there were; 0 when the owner had none.</returns>
    public Task<int> UnpinAsync(string owner, CancellationToken cancellationToken = default) => Index.RemoveAsync(owner, cancellationToken);

    /// <summary>Drops one pin of an owner.</summary>
    /// <returns>False when there was none.</returns>
    public async Task<bool> UnpinAsync(string owner, Cid cid, CancellationToken cancellationToken = default) =>
        await Index.RemoveAsync(owner, cid, cancellationToken).ConfigureAwait(false) > 0;

    /// <summary>The pins, oldest first.</summary>
    /// <param name="owner">Only those of this owner; null for all.</param>
    /// <param name="cid">Only those on this CID; null for all.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<Pin>> PinsAsync(string? owner = null, Cid? cid = null, CancellationToken cancellationToken = default) =>
        (await Index.PinsAsync(0, owner, cid, cancellationToken).ConfigureAwait(false)).ConvertAll(p => p.Pin);

    /// <summary>Removes the blocks that no pin keeps. Other processes may go on reading and writing meanwhile.</summary>
    /// <exception cref="IncompletePinException">
    /// A pinned DAG cannot be followed, so what it keeps is unknown; nothing was removed.
    /// </exception>
    public Task<CollectionResult> CollectAsync(CancellationToken cancellationToken = default) =>
        new GarbageCollector(this).RunAsync(cancellationToken);

    /// <summary>
    /// Reads and hashes everything: blocks, leaves in files, and whether each pinned DAG is whole. Damaged blocks are set aside.
    /// </summary>
    public Task<VerificationResult> VerifyAsync(CancellationToken cancellationToken = default) =>
        new StoreVerifier(this).RunAsync(cancellationToken);

    /// <summary>
    /// Verifies, and makes good what it can: from the files that leaves lie in, then from <paramref name="elsewhere"/>. Readers and writers
    /// may go on meanwhile. What a changed or deleted file had is stored as blocks of the store's own.
    /// </summary>
    /// <param name="elsewhere">
    /// Gives somebody who may hold a copy of what a pin keeps, and is asked for each pin that lacks a block; null asks nobody. Nothing that
    /// comes is believed without its hash. Each copy is disposed when its pin was seen to.
    /// </param>
    /// <param name="cancellationToken">Stops it; what was repaired stays.</param>
    /// <exception cref="IOException">The disk here refuses a block; what was repaired stays.</exception>
    public Task<RepairResult> RepairAsync(Func<Pin, ICopy>? elsewhere = null, CancellationToken cancellationToken = default) =>
        new StoreRepairer(this, elsewhere).RunAsync(cancellationToken);

    /// <summary>
    /// Tells where files lie now whose pieces serve as blocks: their folder was moved, or its disk is mounted elsewhere. What lies there
    /// need not be believed, since every piece is hashed when it is read.
    /// </summary>
    /// <param name="placeOf">Given an owner and the path on record, the absolute path now; null where that is the same.</param>
    /// <param name="cancellationToken">Stops it; what was told stays.</param>
    /// <returns>How many files were.</returns>
    public async Task<int> RelocateAsync(
        Func<string, string, CancellationToken, Task<string?>> placeOf, CancellationToken cancellationToken = default)
    {
        int moved = 0;
        foreach (var (file, _) in await Index.RootsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await placeOf(file.Owner, file.Path, cancellationToken).ConfigureAwait(false) is { } now && now != file.Path)
            {
                await Index.MoveFileAsync(file, now, cancellationToken).ConfigureAwait(false);
                moved++;
            }
        }

        return moved;
    }

    /// <summary>What the store holds. Walks the folder: seconds for a million blocks.</summary>
    public async Task<StoreStatistics> StatAsync(CancellationToken cancellationToken = default)
    {
        long blocks = 0, bytes = 0;
        foreach (var (_, file) in Folder.Shards().SelectMany(BlockFolder.List))
        {
            cancellationToken.ThrowIfCancellationRequested();
            blocks++;
            bytes += file.Length;
        }

        var (pins, files, referenced) = await Index.CountAsync(cancellationToken).ConfigureAwait(false);
        return new(blocks, bytes, pins, files, referenced);
    }

    private Task SaveAsync(Pin pin, CidList? blocks, string? note, CancellationToken cancellationToken) =>
        Index.SaveAsync([], [(pin, blocks)], note is null ? [] : [(pin.Owner, note)], durable: true, cancellationToken);

    internal async Task RequireAsync(Cid cid, PinMode mode, CancellationToken cancellationToken)
    {
        if (mode == PinMode.Direct)
        {
            _ = await FindAsync(cid, cancellationToken).ConfigureAwait(false)
                ?? throw new BlockNotFoundException(cid, $"it is not in {Root}.");
            return;
        }

        await foreach (var _ in this.ListAsync(cid, cancellationToken).ConfigureAwait(false))
        {
            // Walking to the end is the check.
        }
    }

    /// <summary>Closes the index and removes batches that were not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await Index.DisposeAsync().ConfigureAwait(false);
        _staging.Dispose();
    }
}
