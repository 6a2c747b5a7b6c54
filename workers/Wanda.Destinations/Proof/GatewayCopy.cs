using System.Net;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>
/// A frame as a gateway gives it, in the order of a walk: as one CAR, or block by block where the gateway makes no CARs. A directory is
/// read block by block, since a CAR of it would bring every frame that it links to. What is wrong inside of a CAR is wrong with the copy:
/// nothing else is tried.
/// </summary>
internal sealed class GatewayCopy(TrustlessGateway gateway, OffloadItem item, CancellationToken cancellationToken)
    : IBlockSource, IAsyncDisposable
{
    private readonly IAsyncEnumerator<Block>? _car =
        item.Kind == SubjectKind.Session
            ? null
            : gateway.ReadDagAsync(item.Cid, DagScope.All, cancellationToken).GetAsyncEnumerator(cancellationToken);

    private bool _begun;

    /// <summary>Whether the gateway was found to make no CARs; one that gives no blocks either may give the file.</summary>
    public bool MakesNoCars { get; private set; }

    private bool _blockByBlock = item.Kind == SubjectKind.Session;

    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!_blockByBlock && await NextAsync(cid) is { } block)
        {
            block.Data.CopyTo(buffer);
            return Block.Verify(cid, buffer[..block.Data.Length]);
        }

        try
        {
            return await gateway.ReadAsync(cid, buffer, cancellationToken);
        }
        catch (BlockNotFoundException e) when (e.Find<RemoteException>() is { } remote && IsNotKept(remote))
        {
            throw new BlockNotFoundException(cid, remote.Message);
        }
    }

    public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => gateway.FindAsync(cid, cancellationToken);

    public ValueTask DisposeAsync() => _car?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The next block of the CAR; null when the gateway makes none, or another order: the rest is read block by block.</summary>
    private async Task<Block?> NextAsync(Cid cid)
    {
        try
        {
            if (await _car!.MoveNextAsync() && _car.Current.Cid == cid)
                return _car.Current;
        }
        catch (RemoteException e) when (!_begun && (e.GetBaseException() is CarFormatException || e.Status is HttpStatusCode.BadRequest
            or HttpStatusCode.NotAcceptable or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.NotImplemented))
        {
            MakesNoCars = true;
        }
        catch (RemoteException e)
        {
            throw IsNotKept(e) ? new BlockNotFoundException(cid, e.Message) : new BlockNotFoundException(cid, e.Message, inner: e);
        }
        catch (BlockMismatchException e)
        {
            throw new BlockNotFoundException(cid, $"{gateway.Name} sent other bytes: {e.Message}", damaged: true, e);
        }
        finally
        {
            _begun = true;
        }

        _blockByBlock = true;
        return null;
    }

    // Pinata's gateways answer 403 to what the account does not keep; that is said of the copy, not of our token.
    private static bool IsNotKept(RemoteException e) =>
        e.Failure == RemoteFailure.Denied && e.Detail.Contains("not have this content pinned", StringComparison.OrdinalIgnoreCase);
}
