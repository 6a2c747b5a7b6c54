using System.Security.Cryptography;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>
/// The proof of every destination that is not our own server (law 2): each block of the item, from the root down, is read back from the
/// destination and hashed to the CID that named it. Nothing of ours is needed for it, so it works after a release as well.
/// </summary>
public sealed class ReadBack(OwnNodes own, TimeProvider time)
{
    /// <exception cref="NotHeldException">A block is missing there, or is another.</exception>
    /// <exception cref="DestinationDownException">
    /// It does not answer or refuses us, or a node of ours could have answered in its place.
    /// </exception>
    public async Task<CustodyProof> ProveAsync(
        OffloadItem item, DestinationOptions destination, ReadBackFrom there, CancellationToken cancellationToken)
    {
        await EnsureItSpeaksForItselfAsync(item, destination, there, cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long bytes = 0;
        try
        {
            // What a directory links to is an item of its own.
            await foreach (var block in there.Source.BlocksAsync(item.Cid, item.Elsewhere, cancellationToken))
            {
                hash.AppendData(block.Data.Span);
                bytes += block.Data.Length;
            }
        }
        catch (BlockNotFoundException e) when (e.Find<RemoteException>() is { } remote)
        {
            throw Verdict.WhileReading(destination.Name, remote);
        }
        catch (Exception e) when (e is BlockNotFoundException or DagFormatException)
        {
            throw new NotHeldException(e.Message);
        }

        // Checked a second time: a Kubo of our own that was started during the reading could have served the rest of the bytes itself.
        await EnsureItSpeaksForItselfAsync(item, destination, there, cancellationToken);
        return ItemProof.Of(item, destination, ProofMethod.ReadBack, there.Endpoint, there.OnThisMachine, there.Flushes,
            bytes, hash.GetHashAndReset(), time);
    }

    /// <summary>
    /// The same through a gateway that gives files and no blocks: each byte of the file is read and imported as it was here. What comes out
    /// is our CID, or it is another file.
    /// </summary>
    /// <inheritdoc cref="ProveAsync" path="/exception"/>
    public async Task<CustodyProof> ProveFileAsync(
        OffloadItem item, DestinationOptions destination, ReadBackFrom there, Func<CancellationToken, Task<Stream>> open,
        CancellationToken cancellationToken)
    {
        await EnsureItSpeaksForItselfAsync(item, destination, there, cancellationToken);
        var found = new List<Cid>();
        // It is not on record with which CID profile the frame was added. The CID shows its version, and the profiles of that version are
        // tried.
        foreach (var profile in item.Cid.Version == 0 ? new[] { UnixFsProfile.CidV0 } : [UnixFsProfile.UnixFsV1_2025, UnixFsProfile.CidV1])
        {
            using var hash = new DagHash(item.SizeBytes);
            try
            {
                await using var file = await open(cancellationToken);
                found.Add((await new UnixFsImporter(profile).ImportAsync(file, hash, cancellationToken)).Root);
            }
            catch (RemoteException e)
            {
                throw Verdict.WhileReading(destination.Name, e);
            }

            if (found[^1] != item.Cid)
                continue;
            await EnsureItSpeaksForItselfAsync(item, destination, there, cancellationToken);
            return ItemProof.Of(item, destination, ProofMethod.ReadBack, there.Endpoint, there.OnThisMachine, there.Flushes,
                hash.Bytes, hash.Digest(), time);
        }

        throw new NotHeldException($"it gives another file for {item.Cid}: {found[0]}.");
    }

    private async Task EnsureItSpeaksForItselfAsync(
        OffloadItem item, DestinationOptions destination, ReadBackFrom there, CancellationToken cancellationToken)
    {
        if (there.MayFetch && await own.ServingAsync(item.Cid, cancellationToken) is { } serving)
        {
            throw new DestinationDownException(
                $"it cannot prove what it holds while we serve it ourselves, for it could fetch it from us to answer: "
                    + $"{serving}", needsOperator: true, destination: destination.Name);
        }
    }
}
