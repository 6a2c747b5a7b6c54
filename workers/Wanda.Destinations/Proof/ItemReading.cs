using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>
/// One read of an item's own bytes, for all that is computed from them on the way to a proof: what goes up, the digest of the proof's fresh
/// nonce, and the answers to the questions that are kept for audits. Nobody sees a nonce before it is asked.
/// </summary>
/// <remarks>
/// An upload that is cut and goes on shows blocks again, or none of those that arrived before: each counts once, in the order of
/// <see cref="Dag"/>, and what was not shown is read here.
/// </remarks>
/// <param name="source">Where our own blocks are read from.</param>
/// <param name="item">What is read.</param>
/// <param name="questions">How many questions are to be kept.</param>
public sealed class ItemReading(IBlockSource source, OffloadItem item, int questions) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ChallengeSet _all = new(1 + questions);
    private IReadOnlyList<BlockInfo>? _blocks;
    private IReadOnlyList<PossessionChallenge>? _answers;
    private int _next;

    /// <summary>What is read.</summary>
    public OffloadItem Item => item;

    /// <summary>The questions to be kept, with their answers; none before <see cref="CompleteAsync"/> has ended.</summary>
    public IReadOnlyList<PossessionChallenge> Questions => _answers is { } all ? [.. all.Skip(1)] : [];

    /// <summary>Its blocks, in the order in which they count.</summary>
    /// <exception cref="PoisonException">One is missing or damaged here.</exception>
    public async Task<IReadOnlyList<BlockInfo>> BlocksAsync(CancellationToken cancellationToken) =>
        _blocks ??= await OwnBlocks.ListAsync(source, item, cancellationToken);

    /// <summary>Takes a block that was read for an upload.</summary>
    public async Task SeeAsync(int index, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // One that was shown before, by the part of the upload that was cut, counts no second time.
            if (index < _next)
                return;
            await ReadToAsync(index, cancellationToken);
            // Beside the sending.
            await Task.Run(() => _all.Append(block.Span), CancellationToken.None);
            _next = index + 1;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// The question that the proof is asked, with the digest that our own bytes give: reads what no upload has shown. The same question
    /// each time.
    /// </summary>
    /// <exception cref="BlockNotFoundException">A block is missing or damaged here.</exception>
    public async Task<PossessionChallenge> CompleteAsync(CancellationToken cancellationToken)
    {
        var blocks = await BlocksAsync(cancellationToken);
        await _one.WaitAsync(cancellationToken);
        try
        {
            await ReadToAsync(blocks.Count, cancellationToken);
            return (_answers ??= _all.Complete())[0];
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The nonce of the proof's question, to be asked while the digest is still computed.</summary>
    public byte[] Nonce => _all.NonceOf(0);

    /// <inheritdoc/>
    public void Dispose()
    {
        _one.Dispose();
        _all.Dispose();
    }

    private async Task ReadToAsync(int index, CancellationToken cancellationToken)
    {
        if (_next >= index)
            return;
        await foreach (var block in source.BlocksAsync(_blocks!.Skip(_next).Take(index - _next).Select(b => b.Cid), cancellationToken))
        {
            _all.Append(block.Data.Span);
            _next++;
        }
    }
}
