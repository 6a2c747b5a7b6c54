using System.Buffers;
using System.Collections.Concurrent;

namespace Wanda.Ipfs;

/// <summary>
/// Gives a daemon blocks whose CIDs were computed here, pins them, and believes that it has them when each was read back: it drops what it
/// takes for known, and answers as if it had stored it.
/// </summary>
/// <param name="client">The daemon; stays the caller's.</param>
public sealed class KuboIntake(KuboClient client)
{
    private const int AtOnce = 4; // 1.5 times as fast as one after another, and no faster with more
    private const int MaxImports = 3;

    /// <summary>Whether an import is believed: for the benchmark that tells what it costs to believe none.</summary>
    internal bool Believes { get; init; }

    /// <summary>
    /// Stores blocks under a pin of our own. What the daemon has already is not sent again; what is damaged there is removed first.
    /// </summary>
    /// <param name="pin">Ours, over the blocks.</param>
    /// <param name="name">The name of our pin; null for none.</param>
    /// <param name="blocks">What is to be kept.</param>
    /// <param name="source">Where the blocks are read from.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="BlockNotFoundException">
    /// A block is missing here, or the daemon has damaged bytes that it does not let go.
    /// </exception>
    /// <exception cref="RemoteException">The daemon did not take it, or did not pin it.</exception>
    public async Task KeepAsync(
        KuboOwnPin pin, string? name, IReadOnlyList<BlockInfo> blocks, IBlockSource source, CancellationToken cancellationToken)
    {
        await RunAsync(new(pin.Root, PinMode.Recursive, pin.Blocks), blocks, source, cancellationToken).ConfigureAwait(false);
        if (name is not null)
            await client.Pins.AddAsync(pin.Root, PinMode.Recursive, name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a pin of ours is there; it says nothing of the blocks.</summary>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public async Task<bool> HasAsync(Cid own, CancellationToken cancellationToken) =>
        await client.Pins.FindAsync(own, PinMode.Recursive, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Takes a pin of ours away; the blocks go with the daemon's next collection, where nobody else keeps them.</summary>
    /// <exception cref="RemoteException">The daemon does not do it.</exception>
    public Task DropAsync(Cid own, CancellationToken cancellationToken) => client.Pins.RemoveAsync(own, cancellationToken);

    /// <summary>Reads blocks back, four at once.</summary>
    /// <returns>Those that are not there, or are damaged there; none when all is well.</returns>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public async Task<IReadOnlyList<(BlockInfo Block, bool Damaged)>> ReadBackAsync(
        IEnumerable<BlockInfo> blocks, CancellationToken cancellationToken)
    {
        var bad = new ConcurrentBag<(BlockInfo, bool)>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(blocks, options, async (block, cancellationToken) =>
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
            try
            {
                await client.Blocks.ReadAsync(block.Cid, buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (BlockNotFoundException e) when (e.InnerException is RemoteException outage)
            {
                throw outage;
            }
            catch (BlockNotFoundException e)
            {
                bad.Add((block, e.Damaged));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }).ConfigureAwait(false);
        return [.. bad];
    }

    /// <summary>As <see cref="KeepAsync"/>, by a pin on the DAG itself, which others may share.</summary>
    /// <param name="root">What is pinned.</param>
    /// <param name="mode">How much of it.</param>
    /// <param name="ours">
    /// Whether the pin is ours to set, and to take away for a moment in which a damaged block is removed; else it is there already.
    /// </param>
    /// <param name="blocks">The blocks that the pin keeps.</param>
    /// <param name="source">Where the blocks are read from.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    internal Task PinAsync(
        Cid root, PinMode mode, bool ours, IReadOnlyList<BlockInfo> blocks, IBlockSource source, CancellationToken cancellationToken) =>
        RunAsync(new(root, mode, [], ours), blocks, source, cancellationToken);

    /// <summary>One import that stores a whole DAG and pins it recursively: nothing can be collected in between.</summary>
    /// <param name="root">The DAG's root.</param>
    /// <param name="length">The CAR's length in bytes; null when it is not known.</param>
    /// <param name="write">Writes the CAR.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="CidDisagreementException">The daemon pinned something else.</exception>
    /// <exception cref="RemoteException">The daemon did not take it, or did not pin it.</exception>
    internal async Task PinDagAsync(
        Cid root, long? length, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var answered = await client.Dag.ImportAsync(length, write, pinRoots: true, cancellationToken).ConfigureAwait(false);
        if (answered.Count != 1)
        {
            throw new RemoteException(client.Name, RemoteFailure.Malformed,
                $"names {answered.Count} roots after the import of {root} alone.");
        }

        if (answered[0].Cid.ToV1() != root.ToV1())
            throw new CidDisagreementException(client.Name, root, answered[0].Cid);
        if (answered[0].PinError.Length > 0)
            throw new KuboException(client.Name, "dag/import", $"{root} was not pinned: {answered[0].PinError}");
    }

    /// <summary>Pins a block that the daemon has, and nothing below it.</summary>
    /// <exception cref="RemoteException">The daemon did not do it.</exception>
    internal async Task PinDirectAsync(Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            await client.Pins.AddAsync(cid, PinMode.Direct, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (KuboException) when (!cancellationToken.IsCancellationRequested)
        {
            // A recursive pin on it, of a frame equal to this small file, keeps it as well.
            if (await client.Pins.FindAsync(cid, PinMode.Recursive, cancellationToken).ConfigureAwait(false) is null)
                throw;
        }
    }

    /// <summary>Removes what is damaged, so that it is taken again.</summary>
    /// <param name="bad">Of <see cref="ReadBackAsync"/>.</param>
    /// <param name="own">Pins of ours that may keep it, which go for the moment.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="BlockNotFoundException">The daemon does not let go of a damaged block.</exception>
    private async Task ClearAsync(
        IReadOnlyList<(BlockInfo Block, bool Damaged)> bad, IReadOnlyList<Cid> own, CancellationToken cancellationToken)
    {
        var damaged = bad.Where(b => b.Damaged).Select(b => b.Block.Cid).ToList();
        if (damaged.Count == 0)
            return;
        foreach (var pin in own)
            await client.Pins.RemoveAsync(pin, cancellationToken).ConfigureAwait(false);
        foreach (var cid in damaged)
        {
            try
            {
                await client.Blocks.RemoveAsync(cid, cancellationToken).ConfigureAwait(false);
            }
            catch (KuboException e)
            {
                throw new BlockNotFoundException(cid,
                    $"{client.Name} has it damaged, and does not remove it so that it could be sent again (\"{e.Said}\"). Unpin there what "
                        + "keeps it (ipfs pin rm), or start the daemon again.", damaged: true);
            }
        }
    }

    /// <summary>
    /// Imports until each block was read back: what is there already is not sent, and what is damaged there is removed first.
    /// </summary>
    /// <param name="blocks">What is to be there; the first stands for all: where it is missing, all is sent.</param>
    /// <param name="own">Pins of ours, which go while a damaged block is removed.</param>
    /// <param name="isPinned">Whether it is pinned as it should be.</param>
    /// <param name="import">Sends these and pins.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    internal async Task UntilReadBackAsync(
        IReadOnlyList<BlockInfo> blocks, IReadOnlyList<Cid> own, Func<Task<bool>> isPinned, Func<IReadOnlyList<BlockInfo>, Task> import,
        CancellationToken cancellationToken)
    {
        var bad = await ReadBackAsync(blocks.Take(1), cancellationToken).ConfigureAwait(false) is [{ Damaged: false }]
            ? [.. blocks.Select(b => (b, false))]
            : await ReadBackAsync(blocks, cancellationToken).ConfigureAwait(false);
        int before = int.MaxValue;
        RemoteException? refusal = null;
        for (int imports = 0; bad.Count > 0 || !await isPinned().ConfigureAwait(false); imports++)
        {
            // The second import may mend what the first could not. One that keeps nothing is not given it all a third time.
            if (imports == MaxImports || (imports == MaxImports - 1 && bad.Count > 0 && bad.Count >= before))
            {
                throw refusal ?? new KuboException(client.Name, "dag/import", bad.Count == 0
                    ? $"{blocks[0].Cid} was imported {imports} times and is not pinned."
                    : $"of {blocks[0].Cid}, {bad.Count} of {blocks.Count} blocks are not there after {imports} imports: "
                        + await WhyAsync(bad[0].Block.Cid, cancellationToken).ConfigureAwait(false));
            }

            before = imports == 0 ? int.MaxValue : bad.Count;

            await ClearAsync(bad, own, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<BlockInfo> sent = [.. bad.Select(b => b.Block)];
            try
            {
                refusal = null;
                await import(sent).ConfigureAwait(false);
            }
            catch (RemoteException e) when ((e.WasWaitedFor || e is KuboException { Status: null }) && imports + 1 < MaxImports
                && KuboAnswers.Of(e) != KuboAnswer.Full)
            {
                refusal = e;
                // Kubo waits without end for a block that it takes for known, though it has gone from its disk, or does not pin what is
                // above it; asked for, it finds out.
                sent = blocks;
            }

            bad = Believes ? [] : await ReadBackAsync(sent, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string> WhyAsync(Cid cid, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            await client.Blocks.ReadAsync(cid, buffer, cancellationToken).ConfigureAwait(false);
            return "it comes and goes.";
        }
        catch (BlockNotFoundException e)
        {
            return e.Message;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Task RunAsync(
        Target target, IReadOnlyList<BlockInfo> blocks, IBlockSource source, CancellationToken cancellationToken) => UntilReadBackAsync(
            [.. blocks, .. target.Own], target.Ours ? [target.Root] : [], () => IsPinnedAsync(target, cancellationToken),
            sent => ImportAsync(target, sent, source, cancellationToken), cancellationToken);

    private async Task<bool> IsPinnedAsync(Target target, CancellationToken cancellationToken) =>
        await client.Pins.FindAsync(target.Root, PinMode.Recursive, cancellationToken).ConfigureAwait(false) is not null
        || (target.Mode == PinMode.Direct
            && await client.Pins.FindAsync(target.Root, PinMode.Direct, cancellationToken).ConfigureAwait(false) is not null);

    private async Task ImportAsync(
        Target target, IReadOnlyList<BlockInfo> blocks, IBlockSource source, CancellationToken cancellationToken)
    {
        IReadOnlyList<BlockInfo> kept = [.. blocks.Except(target.Own)];
        long length = CarWriter.LengthOf([target.Root], [.. target.Own, .. kept]);
        var sent = target.Tree.ToAsyncEnumerable().Concat(source.BlocksAsync(kept.Select(b => b.Cid), cancellationToken));
        Task WriteAsync(Stream stream, CancellationToken cancellationToken) =>
            CarWriter.WriteAsync(stream, [target.Root], sent, cancellationToken);
        if (target is { Mode: PinMode.Recursive, Ours: true })
        {
            await PinDagAsync(target.Root, length, WriteAsync, cancellationToken).ConfigureAwait(false);
            return;
        }

        // A recursive pin of a directory would wait for every frame that it links to, and an import with a pin takes his pin's name away.
        await client.Dag.ImportAsync(length, WriteAsync, pinRoots: false, cancellationToken).ConfigureAwait(false);
        if (target.Ours)
            await PinDirectAsync(target.Root, cancellationToken).ConfigureAwait(false);
    }

    private sealed record Target(Cid Root, PinMode Mode, IReadOnlyList<Block> Tree, bool Ours = true)
    {
        /// <summary>The tree's blocks, which are sent each time.</summary>
        public IReadOnlyList<BlockInfo> Own { get; } = [.. Tree.Select(b => new BlockInfo(b.Cid, b.Data.Length))];
    }
}
