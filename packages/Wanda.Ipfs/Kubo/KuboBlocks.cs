namespace Wanda.Ipfs;

/// <summary>Single blocks of a daemon; as a source it gives what is in the daemon's own store, and fetches nothing.</summary>
public sealed class KuboBlocks : IBlockSource
{
    private readonly KuboRpc _rpc;

    internal KuboBlocks(KuboRpc rpc) => _rpc = rpc;

    /// <inheritdoc/>
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
        catch (KuboException e) when (e.Said?.Contains("could not find", StringComparison.OrdinalIgnoreCase) == true
            || e.Said?.Contains("not found", StringComparison.OrdinalIgnoreCase) == true)
        {
            // It answers, and does not have the block: that is no outage, which the cause would say.
            throw new BlockNotFoundException(cid, e.Message);
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

    /// <inheritdoc/>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            return await _rpc.RepeatableAsync("block/stat", [("arg", cid.ToString()), ("offline", "true")],
                json => json.Number("Size") is >= 0 and <= Block.MaxBytes and var size
                    ? (int?)size
                    : throw _rpc.Malformed($"tells no possible length for block {cid}."),
                cancellationToken).ConfigureAwait(false);
        }
        catch (KuboException)
        {
            return null;
        }
    }

    /// <summary>Stores one block, without a pin.</summary>
    /// <exception cref="CidDisagreementException">The daemon computed another CID.</exception>
    /// <exception cref="RemoteException">The daemon does not take it.</exception>
    /// <exception cref="NotSupportedException">The block's codec is neither raw, dag-pb nor dag-cbor.</exception>
    public async Task PutAsync(Block block, CancellationToken cancellationToken = default)
    {
        string codec = block.Cid.Codec switch
        {
            _ when block.Cid.Version == 0 => "v0",
            Codec.Raw => "raw",
            Codec.DagPb => "dag-pb",
            Codec.DagCbor => "dag-cbor",
            var other => throw new NotSupportedException($"Blocks of codec 0x{(ulong)other:x} are put by a CAR."),
        };
        // Both names of the option: newer daemons know the first, older ones the second.
        (string, string?)[] arguments = codec == "v0"
            ? [("format", codec), ("mhtype", "sha2-256"), ("version", "0")]
            : [("cid-codec", codec), ("format", codec), ("mhtype", "sha2-256"), ("version", "1")];
        var answered = await _rpc.RetryAsync(
            () => _rpc.OnceAsync("block/put", arguments, KuboRpc.File("block", new ReadOnlyMemoryContent(block.Data)),
                json => json.CidOf("Key"), cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (answered.Hash != block.Cid.Hash)
            throw new CidDisagreementException(_rpc.Name, block.Cid, answered);
    }
}
