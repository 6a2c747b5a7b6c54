using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>
/// The blocks of one frame as they come from far, to be kept when all of them came. Trouble with keeping never is trouble with getting.
/// </summary>
internal sealed class FetchedBlocks(BlockBatch batch, Cid root, Func<BlockBatch, Cid, Task> keep) : IAsyncDisposable
{
    private bool _failed;

    /// <summary>What is read through this is noted.</summary>
    public IBlockSource Through(IBlockSource copy) => new Noting(copy, this);

    /// <summary>Keeps the frame, when every block of it came.</summary>
    public async Task KeepAsync()
    {
        try
        {
            if (_failed || batch.Count == 0)
                return;
            await foreach (var _ in batch.ListAsync(root))
            {
                // ListAsync throws at the first block that is missing: getting to the end shows that all are there.
            }

            await keep(batch, root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The caller read only a part of the frame, or the disk is full: nothing is kept.
        }
    }

    public ValueTask DisposeAsync() => batch.DisposeAsync();

    private async Task NoteAsync(Block block, CancellationToken cancellationToken)
    {
        try
        {
            if (!_failed)
                await batch.PutAsync(block, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failed = true;
        }
    }

    private sealed class Noting(IBlockSource copy, FetchedBlocks frame) : IBlockSource
    {
        public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            var block = await copy.ReadAsync(cid, buffer, cancellationToken);
            await frame.NoteAsync(block, cancellationToken);
            return block;
        }

        public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => copy.FindAsync(cid, cancellationToken);
    }
}
