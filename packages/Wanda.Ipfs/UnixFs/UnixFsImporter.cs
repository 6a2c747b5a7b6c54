namespace Wanda.Ipfs;

/// <summary>What a file became.</summary>
/// <param name="Root">The CID of the file.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="DagSize">Bytes of all of its blocks, each counted as often as it is linked (what <c>ipfs add</c> calls Size).</param>
/// <param name="Leaves">How many leaves it has, 1 or more.</param>
/// <param name="Nodes">How many nodes above the leaves, 0 or more.</param>
public readonly record struct ImportedFile(Cid Root, long Size, long DagSize, long Leaves, int Nodes);

/// <summary>
/// Computes a file's CID and DAG in one pass, in memory bounded by <paramref name="parallelism"/> + 1 chunks whatever the file's size.
/// Reading goes on while earlier chunks are hashed.
/// </summary>
/// <param name="profile">Decides the CID.</param>
/// <param name="parallelism">How many chunks are hashed at once, 1 or more; 0 (default) stands for the cores present, at most 4.</param>
public sealed class UnixFsImporter(UnixFsProfile profile, int parallelism = 0)
{
    // Beyond four, reading is what limits, and every chunk in flight is memory.
    private readonly int _parallelism = parallelism > 0 ? parallelism : Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Imports the file at <paramref name="path"/>.</summary>
    /// <inheritdoc cref="ImportAsync(Stream, IDagSink?, CancellationToken)"/>
    public async Task<ImportedFile> ImportAsync(string path, IDagSink? sink = null, CancellationToken cancellationToken = default)
    {
        // No buffer: every read is a whole chunk.
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0,
            FileOptions.SequentialScan);
        await using var _ = file.ConfigureAwait(false);
        return await ImportAsync(file, sink, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Imports what is left of <paramref name="stream"/>.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="sink">Takes leaves in order and nodes after their children; null when only the CID is wanted.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<ImportedFile> ImportAsync(Stream stream, IDagSink? sink = null, CancellationToken cancellationToken = default)
    {
        var tree = new BalancedTree(profile, sink);
        var hashing = new Queue<Task<LeafBuffer>>();
        var buffers = Array.ConvertAll(new int[_parallelism + 1], _ => new LeafBuffer(profile));
        var free = new Stack<LeafBuffer>(buffers);
        long size = 0, leaves = 0;
        try
        {
            while (true)
            {
                if (free.Count == 0)
                    await TakeAsync().ConfigureAwait(false);
                var buffer = free.Pop();
                // An empty file still has one leaf, the empty one.
                if (!await buffer.FillAsync(stream, cancellationToken).ConfigureAwait(false) && leaves + hashing.Count > 0)
                    break;
                hashing.Enqueue(_parallelism == 1 ? Task.FromResult(buffer.Hash()) : Task.Run(buffer.Hash, CancellationToken.None));
                if (_parallelism == 1)
                    await TakeAsync().ConfigureAwait(false);
                if (buffer.Length < profile.ChunkSize)
                    break;
            }

            while (hashing.Count > 0)
                await TakeAsync().ConfigureAwait(false);
        }
        finally
        {
            // A hash still running uses its buffer: wait, then give the memory back.
            await Task.WhenAll(hashing).ConfigureAwait(false);
            Array.ForEach(buffers, b => b.Dispose());
        }

        var root = await tree.FinishAsync(cancellationToken).ConfigureAwait(false);
        return new(root.Cid, root.FileSize, root.DagSize, leaves, tree.Nodes);

        async ValueTask TakeAsync()
        {
            var leaf = await hashing.Dequeue().ConfigureAwait(false);
            if (sink is not null)
                await sink.LeafAsync(leaf.Block, size, leaf.Length, cancellationToken).ConfigureAwait(false);
            await tree.AddAsync(new(leaf.Block.Cid, leaf.Length, leaf.Block.Data.Length), cancellationToken).ConfigureAwait(false);
            size += leaf.Length;
            leaves++;
            free.Push(leaf);
        }
    }
}
