using Files.Shared;

namespace Wanda.Ipfs;

/// <summary>
/// Blocks, file references and pins that become part of the store together:
/// <see cref="CommitAsync(CancellationToken)"/> returns when all of it is on disk, and a batch that is disposed before, or whose process
/// dies, leaves nothing. Reads see what was put here and what the store has.
/// </summary>
/// <remarks>
/// Not for use by several threads at once. Blocks are always written, also when the store has them: that heals a damaged copy.
/// </remarks>
public sealed class BlockBatch : IBlockSource, IAsyncDisposable
{
    private readonly BlockStore _store;
    private readonly string _folder;
    private readonly Dictionary<Multihash, int> _staged = [];
    private readonly List<(FileReference, Cid, byte[])> _files = [];
    private readonly List<(Pin Pin, CidList? Blocks)> _pins = [];
    private readonly List<(string Owner, string Note)> _notes = [];

    internal BlockBatch(BlockStore store, string folder) => (_store, _folder) = (store, folder);

    /// <summary>How many different blocks were put.</summary>
    public int Count => _staged.Count;

    /// <summary>How many bytes they have together.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// Takes a block; its memory may be used again when the call returns. A block that was put before is not written twice.
    /// </summary>
    public ValueTask PutAsync(Block block, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var hash = block.Cid.Hash;
        // An identity CID is its own block.
        if (hash.Function != HashFunction.Identity && !_staged.ContainsKey(hash))
        {
            Stage(StagedPath(hash), block.Data.Span);
            // The key must not point into a buffer of the producer.
            _staged.Add(Multihash.FromBytes(hash.Bytes), block.Data.Length);
            Bytes += block.Data.Length;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>States a claim, part of the commit. Stating it again changes its mode, its time and its blocks.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="cid">What is kept.</param>
    /// <param name="mode">How much of it.</param>
    /// <param name="blocks">
    /// The blocks that this is, by a walk of the caller's: the pin keeps those, also once it can no longer be followed. Null: it is
    /// followed at each collection.
    /// </param>
    public void Pin(string owner, Cid cid, PinMode mode, IEnumerable<Cid>? blocks = null) =>
        _pins.Add((new(owner, cid, mode, _store.Time.GetUtcNow()), CidList.Of(blocks)));

    /// <summary>Keeps a note with what an owner claims, part of the commit. See <see cref="BlockStore.NoteOfAsync"/>.</summary>
    public void Note(string owner, string note) => _notes.Add((owner, note));

    /// <summary>Forgets the blocks that were put and are none of these: they will not become part of the store.</summary>
    public void KeepOnly(IEnumerable<Cid> blocks)
    {
        var wanted = blocks.Select(b => b.Hash).ToHashSet();
        foreach (var (hash, length) in _staged.Where(s => !wanted.Contains(s.Key)).ToList())
        {
            _staged.Remove(hash);
            Bytes -= length;
            File.Delete(StagedPath(hash));
        }
    }

    internal void Reference(FileReference file, Cid root, byte[] leafDigests) => _files.Add((file, root, leafDigests));

    /// <inheritdoc/>
    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!_staged.ContainsKey(cid.Hash))
            return await _store.ReadAsync(cid, buffer, cancellationToken).ConfigureAwait(false);
        using var file = File.OpenHandle(StagedPath(cid.Hash));
        return Block.Verify(cid, buffer[..RandomAccess.Read(file, buffer.Span, 0)]);
    }

    /// <inheritdoc/>
    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) =>
        _staged.TryGetValue(cid.Hash, out int length) ? length : await _store.FindAsync(cid, cancellationToken).ConfigureAwait(false);

    /// <summary>Makes everything durable and visible. Afterwards the batch is empty.</summary>
    /// <param name="cancellationToken">Honoured until the first name is in place; from there on the commit goes through.</param>
    /// <exception cref="IOException">
    /// The disk is full or failing; the store is as it was, but for unpinned blocks that a collection removes.
    /// </exception>
    public Task CommitAsync(CancellationToken cancellationToken = default) => CommitAsync(durable: true, cancellationToken);

    /// <summary>The same; not durable for what can be made again, whose blocks are known as torn by their hash after a power cut.</summary>
    internal async Task CommitAsync(bool durable, CancellationToken cancellationToken)
    {
        // Law 1, "saved is saved", in this order: the data of every block, then their names, then the pins that promise them.
        // Side by side, because a journalling file system commits once for all that wait: 130 blocks cost a few flushes, not 130.
        await Parallel.ForEachAsync(durable ? _staged.Keys : Enumerable.Empty<Multihash>(),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, (hash, _) =>
            {
                DurableFile.Sync(StagedPath(hash));
                return ValueTask.CompletedTask;
            }).ConfigureAwait(false);
        // From the first name to the pin no collector may look: it would see blocks that nobody claims.
        using (await _store.Collection.SharedAsync(cancellationToken).ConfigureAwait(false))
        {
            // The paths are made as they are used: of a large file's blocks they have megabytes.
            await Task.Run(() => _store.Folder.Adopt(_staged.Keys.Select(hash => (hash, StagedPath(hash))), durable),
                CancellationToken.None).ConfigureAwait(false);
            await _store.Index.SaveAsync(_files, _pins, _notes, durable, CancellationToken.None).ConfigureAwait(false);
        }

        Clear();
    }

    /// <summary>Removes what was not committed.</summary>
    public ValueTask DisposeAsync()
    {
        Clear();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Disposed before, or the store was.
        }

        return ValueTask.CompletedTask;
    }

    // Not FileMode.Create: that truncates the file which it has made, and ext4 writes out at its closing what was truncated to nothing
    // (auto_da_alloc of mount ext4(5)). A block that is not to be kept here would be on the disk before it is let go.
    private static void Stage(string path, ReadOnlySpan<byte> data)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(file, data, 0);
        }
        catch
        {
            File.Delete(path); // half of it: whoever puts the block again finds nothing in its way
            throw;
        }
    }

    private string StagedPath(Multihash hash) => Path.Combine(_folder, BlockFolder.NameOf(hash));

    private void Clear()
    {
        _staged.Clear();
        _files.Clear();
        _pins.Clear();
        _notes.Clear();
        Bytes = 0;
    }
}
