namespace Wanda.Ipfs;

/// <summary>Single blocks of a daemon; as a source it gives what is in the daemon's own store, and fetches nothing.</summary>
public sealed class KuboBlocks : IBlockSource
{
    // Kubo walks its pins before it removes a block, and waits without end where one of them lacks a node.
    private const string RemovalTime = "30s";

    private readonly KuboRpc _rpc;
    private readonly KuboAbsence _absence;

    internal KuboBlocks(KuboRpc rpc) => (_rpc, _absence) = (rpc, new(rpc));

    /// <inheritdoc/>
    /// <exception cref="BlockNotFoundException">
    /// Caused by a <see cref="RemoteException"/>, the daemon did not tell; else it answered, and lacks the block or has a damaged one.
    /// </exception>
    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _rpc.RetryAsync(async () =>
            {
                using var answer = (await _rpc.SendAsync("block/get", [("arg", cid.ToString()), ("offline", "true")], null,
                    cancellationToken).ConfigureAwait(false)).AsContent();
                int length = await answer.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false,
                    cancellationToken).ConfigureAwait(false);
                return Block.Verify(cid, buffer[..length]);
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (KuboException e)
        {
            throw await NotReadAsync(cid, e, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteException e)
        {
            throw new BlockNotFoundException(cid, e.Message, inner: e);
        }
        catch (BlockMismatchException e)
        {
            throw new BlockNotFoundException(cid, $"{_rpc.Name} sent other bytes: {e.Message}", damaged: true, e);
        }
    }

    /// <summary>
    /// The block's length; null when the daemon lacks it, or does not get it from its disk, which only its reader is told.
    /// </summary>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) =>
        (await LookAsync(cid, cancellationToken).ConfigureAwait(false)).Length;

    /// <summary>Stores one block, without a pin.</summary>
    /// <exception cref="CidDisagreementException">The daemon computed another CID.</exception>
    /// <exception cref="RemoteException">The daemon does not take it.</exception>
    /// <exception cref="NotSupportedException">The block's codec is neither raw, dag-pb nor dag-cbor.</exception>
    public Task PutAsync(Block block, CancellationToken cancellationToken = default) => PutAsync(_rpc, block, cancellationToken);

    /// <summary>
    /// Removes a block whatever is in its place, so that the daemon takes it again: it drops what it believes to have. One that a pin keeps
    /// is not removed.
    /// </summary>
    /// <exception cref="KuboException">It does not remove it, for one because of a pin.</exception>
    /// <exception cref="RemoteException">It does not answer.</exception>
    public async Task RemoveAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        string problem = await _rpc.RepeatableAsync("block/rm", [("arg", cid.ToString()), ("timeout", RemovalTime)],
            json => json.TextOr("Error", ""), cancellationToken).ConfigureAwait(false);
        if (problem.Length > 0 && (await LookAsync(cid, cancellationToken).ConfigureAwait(false)).IsThere)
            throw new KuboException(_rpc.Name, "block/rm", _rpc.Clean(problem));
    }

    /// <summary>As <see cref="PutAsync(Block, CancellationToken)"/>, over a connection.</summary>
    internal static async Task PutAsync(KuboRpc rpc, Block block, CancellationToken cancellationToken)
    {
        string codec = block.Cid.Codec switch
        {
            Codec.Raw => "raw",
            Codec.DagPb => "dag-pb",
            Codec.DagCbor => "dag-cbor",
            var other => throw new NotSupportedException($"Blocks of codec 0x{(ulong)other:x} are put by a CAR."),
        };
        // Version 0 is dag-pb and another text of the same: a daemon keeps blocks by their hashes. Kubo refuses both this name of the
        // option and the older one, "format", in one request.
        var answered = await rpc.RetryAsync(
            () => rpc.OnceAsync("block/put", [("cid-codec", codec), ("mhtype", "sha2-256")],
                KuboRpc.File("block", new ReadOnlyMemoryContent(block.Data)), json => json.CidOf("Key"), cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (answered.Hash != block.Cid.Hash)
            throw new CidDisagreementException(rpc.Name, block.Cid, answered);
    }

    /// <returns>Whether there is anything in its place, and the length of that where it can be read.</returns>
    private async Task<(bool IsThere, int? Length)> LookAsync(Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            return (true, await _rpc.RepeatableAsync("block/stat", [("arg", cid.ToString()), ("offline", "true")],
                json => json.Number("Size") is >= 0 and <= Block.MaxBytes and var size
                    ? (int?)size
                    : throw _rpc.Malformed($"tells no possible length for block {cid}."),
                cancellationToken).ConfigureAwait(false));
        }
        catch (KuboException e)
        {
            bool isAbsent = await _absence.IsOfBlockAsync("block/stat", cid, e, cancellationToken).ConfigureAwait(false);
            if (!isAbsent && KuboAnswers.Of(e) == KuboAnswer.Busy)
                throw;
            return (!isAbsent, null);
        }
    }

    private async Task<BlockNotFoundException> NotReadAsync(Cid cid, KuboException refusal, CancellationToken cancellationToken)
    {
        try
        {
            // It answers, and does not have the block: that is no outage, which the cause would say. What it has and does not give is its
            // disk's fault, for that block alone: it found the one that every daemon has.
            return await _absence.IsOfBlockAsync("block/get", cid, refusal, cancellationToken).ConfigureAwait(false)
                ? new(cid, refusal.Message)
                : KuboAnswers.Of(refusal) == KuboAnswer.Busy
                    ? new(cid, refusal.Message, inner: refusal)
                    : new(cid, $"{_rpc.Name} does not get it from its disk: {refusal.Said}", damaged: true);
        }
        catch (RemoteException e)
        {
            return new(cid, e.Message, inner: e);
        }
    }
}
