using System.Buffers;
using System.Buffers.Binary;

namespace Wanda.Ipfs;

/// <summary>What a collection removed and left.</summary>
/// <param name="Removed">Blocks removed.</param>
/// <param name="RemovedBytes">Their bytes.</param>
/// <param name="Kept">Blocks left.</param>
public readonly record struct CollectionResult(long Removed, long RemovedBytes, long Kept);

/// <summary>
/// Mark and sweep beside writers. The mark takes no lock. The sweep deletes in short slices, each alone with the index: before a slice it
/// marks what was pinned since the last look, and because a commit holds the lock from its first name to its pin, every block is either
/// marked, or not there yet, or garbage. No clock decides.
/// </summary>
internal sealed class GarbageCollector(BlockStore store)
{
    // Deletions a slice: some 10 ms, the longest that a commit waits.
    private const int Slice = 128;

    // What is kept, and half of a SHA-256 is enough for that: a collision would only keep a block.
    private readonly HashSet<UInt128> _marked = [];
    // Whole CIDs: the same digest under another codec has other links, or none that are known.
    private readonly HashSet<Cid> _followed = [];
    private long _lastPin;
    private long _kept;

    public async Task<CollectionResult> RunAsync(CancellationToken cancellationToken)
    {
        using var turn = await store.Collection.CollectorAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            await MarkNewAsync(buffer, cancellationToken).ConfigureAwait(false);
            long removed = 0, bytes = 0;
            foreach (var slice in Garbage(cancellationToken).Chunk(Slice))
            {
                using (await store.Collection.ExclusiveAsync(cancellationToken).ConfigureAwait(false))
                {
                    await MarkNewAsync(buffer, cancellationToken).ConfigureAwait(false);
                    foreach (var (_, path, length) in slice.Where(block => !IsKept(block.Hash)))
                    {
                        // A deletion that a power cut undoes is done by the next collection: no fsync.
                        File.Delete(path);
                        removed++;
                        bytes += length;
                    }
                }

                await store.Collection.YieldAsync(cancellationToken).ConfigureAwait(false);
            }

            return new(removed, bytes, _kept);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private IEnumerable<(Multihash Hash, string Path, long Length)> Garbage(CancellationToken cancellationToken)
    {
        foreach (var (hash, file) in store.Folder.Shards().SelectMany(BlockFolder.List))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!IsKept(hash))
                yield return (hash, file.FullName, file.Length);
        }
    }

    private bool IsKept(Multihash hash)
    {
        bool kept = _marked.Contains(Key(hash));
        _kept += kept ? 1 : 0;
        return kept;
    }

    private async Task MarkNewAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        foreach (var (id, pin) in await store.Index.PinsAsync(_lastPin, null, null, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (await store.Index.BlocksAsync(id, cancellationToken).ConfigureAwait(false) is { } blocks)
                    Mark(pin, blocks);
                else
                    await MarkAsync(pin, buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is BlockNotFoundException or DagFormatException)
            {
                throw new IncompletePinException(pin, e);
            }

            _lastPin = id;
        }
    }

    private void Mark(Pin pin, CidList blocks)
    {
        _marked.Add(Key(pin.Cid.Hash));
        foreach (var cid in blocks)
            _marked.Add(Key(cid.Hash));
    }

    private async Task MarkAsync(Pin pin, byte[] buffer, CancellationToken cancellationToken)
    {
        var ahead = new Stack<Cid>([pin.Cid]);
        while (ahead.TryPop(out var cid))
        {
            _marked.Add(Key(cid.Hash));
            // A leaf that lies in a file has nothing below it, and reading it would read the whole frame.
            bool follow = pin.Mode == PinMode.Recursive && cid.Codec != Codec.Raw && _followed.Add(cid)
                && (await store.Index.FindAsync(cid.Hash, cancellationToken).ConfigureAwait(false)).Count == 0;
            if (follow)
            {
                var block = await store.ReadAsync(cid, buffer, cancellationToken).ConfigureAwait(false);
                foreach (var link in Dag.Links(block))
                    ahead.Push(link.Cid);
            }
        }
    }

    private static UInt128 Key(Multihash hash)
    {
        Span<byte> key = stackalloc byte[16];
        key.Clear();
        hash.Digest[..Math.Min(16, hash.Digest.Length)].CopyTo(key);
        return BinaryPrimitives.ReadUInt128BigEndian(key);
    }
}
