using System.Buffers;

namespace Wanda.Ipfs;

/// <summary>The outcome of a repair.</summary>
/// <param name="Found">What verification found before.</param>
/// <param name="Rebuilt">Blocks that were made again from the files that they came from.</param>
/// <param name="Fetched">Blocks that came from elsewhere.</param>
/// <param name="Remaining">What is still wrong: no file has it any more, and nobody who was asked does.</param>
public sealed record RepairResult(VerificationResult Found, int Rebuilt, int Fetched, IReadOnlyList<VerificationFinding> Remaining);

/// <summary>
/// Verifies, and makes good what it can: nodes from the files that they describe, the rest from another source, each checked by its hash.
/// </summary>
internal sealed class StoreRepairer(BlockStore store, Func<Pin, ICopy>? elsewhere)
{
    private static readonly UnixFsProfile[] Profiles = [UnixFsProfile.UnixFsV1_2025, UnixFsProfile.CidV1, UnixFsProfile.CidV0];

    private readonly List<VerificationFinding> _remaining = [];
    private int _rebuilt;
    private int _fetched;

    public async Task<RepairResult> RunAsync(CancellationToken cancellationToken)
    {
        var found = await store.VerifyAsync(cancellationToken).ConfigureAwait(false);
        var owners = found.Findings.Select(f => f.Owner).OfType<string>().ToHashSet();
        foreach (var (file, root) in (await store.Index.RootsAsync(cancellationToken).ConfigureAwait(false)).Where(
            f => owners.Contains(f.File.Owner)))
        {
            await RebuildAsync(file, root, cancellationToken).ConfigureAwait(false);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            foreach (var pin in (await store.PinsAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Where(
                p => owners.Contains(p.Owner)))
            {
                await HealAsync(pin, buffer, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new(found, _rebuilt, _fetched, _remaining);
    }

    /// <summary>The same file under the same profile gives the same nodes. One that is gone or has changed gives nothing.</summary>
    private async Task RebuildAsync(FileReference file, Cid root, CancellationToken cancellationToken)
    {
        var profile = Profiles.FirstOrDefault(p => p.ChunkSize == file.ChunkSize && p.RawLeaves != file.Wrapped);
        if (profile is null || !file.HasItsSize())
            return;
        var batch = store.Begin();
        await using var _ = batch.ConfigureAwait(false);
        try
        {
            var again = await new UnixFsImporter(profile).ImportAsync(file.Path, new MissingNodes(store, batch),
                cancellationToken).ConfigureAwait(false);
            if (again.Root == root && batch.Count > 0)
            {
                int count = batch.Count;
                await batch.CommitAsync(cancellationToken).ConfigureAwait(false);
                _rebuilt += count;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It cannot be read; what its pin lacks is looked for elsewhere.
        }
    }

    private async Task HealAsync(Pin pin, byte[] buffer, CancellationToken cancellationToken)
    {
        if (elsewhere is null)
        {
            await HealAsync(pin, null, buffer, cancellationToken).ConfigureAwait(false);
            return;
        }

        var copy = elsewhere(pin);
        await using var _ = copy.ConfigureAwait(false);
        await HealAsync(pin, copy, buffer, cancellationToken).ConfigureAwait(false);
    }

    private async Task HealAsync(Pin pin, ICopy? copy, byte[] buffer, CancellationToken cancellationToken)
    {
        var batch = store.Begin();
        await using var _ = batch.ConfigureAwait(false);
        var ahead = new Stack<Cid>([pin.Cid]);
        var seen = new HashSet<Cid>();
        while (ahead.TryPop(out var cid))
        {
            if (!seen.Add(cid) || await ReadAsync(pin, cid, copy, batch, buffer, cancellationToken).ConfigureAwait(false) is not { } block
                || pin.Mode != PinMode.Recursive)
            {
                continue;
            }

            try
            {
                foreach (var link in Dag.Links(block))
                    ahead.Push(link.Cid);
            }
            catch (DagFormatException e)
            {
                _remaining.Add(new(cid, pin.Owner, e.Message));
            }
        }

        int fetched = batch.Count;
        await batch.CommitAsync(cancellationToken).ConfigureAwait(false);
        _fetched += fetched;
    }

    private async Task<Block?> ReadAsync(
        Pin pin, Cid cid, ICopy? copy, BlockBatch batch, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(cid, buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (BlockNotFoundException here)
        {
            var (block, why) = await FetchAsync(copy, cid, buffer, cancellationToken).ConfigureAwait(false);
            if (block is { } found)
            {
                // Outside of the fetch: that our own disk refuses it is no copy's failure.
                await batch.PutAsync(found, cancellationToken).ConfigureAwait(false);
                return found;
            }

            _remaining.Add(new(cid, pin.Owner, here.Message + why));
            return null;
        }
    }

    private static async Task<(Block? Block, string Why)> FetchAsync(
        ICopy? copy, Cid cid, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return (copy is null ? null : await copy.ReadAsync(cid, buffer, cancellationToken).ConfigureAwait(false), "");
        }
        catch (IOException e)
        {
            return (null, $" And elsewhere: {(e is BlockNotFoundException missing ? missing.Detail : e.Message)}");
        }
    }

    private sealed class MissingNodes(BlockStore store, BlockBatch batch) : IDagSink
    {
        public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public async ValueTask NodeAsync(Block block, CancellationToken cancellationToken)
        {
            if (await store.FindAsync(block.Cid, cancellationToken).ConfigureAwait(false) is null)
                await batch.PutAsync(block, cancellationToken).ConfigureAwait(false);
        }
    }
}
