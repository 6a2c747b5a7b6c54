using System.Net;
using System.Runtime.CompilerServices;

namespace Wanda.Ipfs;

/// <summary>
/// A gateway as a source of blocks. It is asked for raw blocks or CARs only, and what it sends is believed when its hash is the CID's.
/// </summary>
/// <remarks>
/// Source: the Trustless Gateway specification. Reading and finding are repeated while the gateway is unavailable
/// (<see cref="RemoteEndpoint.Tries"/>). May be used from several threads.
/// </remarks>
/// <param name="endpoint">The address that <c>ipfs/CID</c> is appended to.</param>
/// <param name="time">The clock of waits.</param>
public sealed class TrustlessGateway(RemoteEndpoint endpoint, TimeProvider time) : IBlockSource, IDisposable
{
    private const string Raw = "application/vnd.ipld.raw";
    private const string Car = "application/vnd.ipld.car; version=1; order=dfs; dups=n";

    private readonly RemoteHttp _http = new(endpoint, time);

    /// <summary>What messages call it.</summary>
    public string Name => endpoint.Name;

    /// <inheritdoc/>
    /// <remarks>The inner exception is the <see cref="RemoteException"/> or <see cref="BlockMismatchException"/> that says why.</remarks>
    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.RetryAsync(() => TryReadAsync(cid, buffer, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteException e)
        {
            throw new BlockNotFoundException(cid, e.Message, inner: e);
        }
        catch (BlockMismatchException e)
        {
            throw new BlockNotFoundException(cid, $"{Name} sent other bytes: {e.Message}", damaged: true, e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RemoteException">The gateway does not tell.</exception>
    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.RetryAsync(async () =>
            {
                using var answer = await _http.SendAsync(HttpMethod.Head, RawPath(cid), null, Raw, cancellationToken).ConfigureAwait(false);
                return answer.BodyLength is >= 0 and <= Block.MaxBytes and var length
                    ? (int?)length
                    : throw _http.Malformed($"tells no possible length for block {cid}.");
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return null;
        }
    }

    /// <summary>
    /// Reads a DAG in one request, parents before children, each block once; it ends normally only when nothing of it is missing. Each
    /// block's memory is used again for the next. What the gateway repeats, sends besides or in another order is taken, up to 64 MiB of it
    /// at a time. Not repeated: what came is already yours, the rest can be read block by block, here or elsewhere.
    /// </summary>
    /// <param name="root">Where to start.</param>
    /// <param name="scope">How much of it.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="RemoteException">
    /// The gateway does not answer, breaks off, or sends too much that was not asked for, or no CAR.
    /// </exception>
    /// <exception cref="BlockMismatchException">A block is not what its CID says.</exception>
    /// <exception cref="BlockNotFoundException">The CAR ended before the DAG did.</exception>
    /// <exception cref="DagFormatException">A block is not what its codec says, or its links are not known here.</exception>
    public async IAsyncEnumerable<Block> ReadDagAsync(
        Cid root, DagScope scope = DagScope.All, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string path = $"ipfs/{root}?format=car&dag-scope={Word(scope)}";
        using var answer = (await _http.RetryAsync(() => _http.SendAsync(HttpMethod.Get, path, null, Car, cancellationToken),
            cancellationToken).ConfigureAwait(false)).AsContent();
        var wanted = new WantedBlocks(root, scope);
        var ready = new List<Block>();
        var blocks = BlocksAsync(answer, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = blocks.ConfigureAwait(false);
        while (await NextAsync(blocks).ConfigureAwait(false))
        {
            if (!wanted.Take(blocks.Current, ready))
                throw _http.Malformed($"sent block {blocks.Current.Cid}, which was not asked for, after many such, below {root}.");
            foreach (var block in ready)
                yield return block;
        }

        if (wanted.Missing is { } missing)
            throw new BlockNotFoundException(missing, $"{Name} ended the CAR of {root} without it.");
    }

    /// <summary>
    /// A file as the gateway gives it to people, for gateways that give neither blocks nor CARs. Not verified: import it, and compare the
    /// CID.
    /// </summary>
    /// <exception cref="RemoteException">The gateway does not have it; reading throws it too, when the gateway breaks off.</exception>
    public async Task<Stream> OpenFileAsync(Cid root, CancellationToken cancellationToken = default) =>
        (await _http.RetryAsync(() => _http.SendAsync(HttpMethod.Get, $"ipfs/{root}", null, null, cancellationToken),
            cancellationToken).ConfigureAwait(false)).AsContent();

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<Block> TryReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var answer = (await _http.SendAsync(HttpMethod.Get, RawPath(cid), null, Raw, cancellationToken).ConfigureAwait(false))
            .AsContent();
        if (answer.BodyLength > buffer.Length)
            throw _http.Malformed($"offers {answer.BodyLength} bytes for block {cid}; at most {buffer.Length} are taken.");
        int length = await answer.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false,
            cancellationToken).ConfigureAwait(false);
        return Block.Verify(cid, buffer[..length]);
    }

    private static async IAsyncEnumerable<Block> BlocksAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var car = await CarReader.OpenAsync(stream, cancellationToken).ConfigureAwait(false);
        await foreach (var block in car.ReadBlocksAsync(cancellationToken).ConfigureAwait(false))
            yield return block;
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<Block> blocks)
    {
        try
        {
            return await blocks.MoveNextAsync().ConfigureAwait(false);
        }
        catch (CarFormatException e)
        {
            throw _http.Malformed($"sent no sound CAR: {e.Message}", e);
        }
    }

    private static string RawPath(Cid cid) => $"ipfs/{cid}?format=raw";

    private static string Word(DagScope scope) => scope switch
    {
        DagScope.Block => "block",
        DagScope.Entity => "entity",
        _ => "all",
    };
}
