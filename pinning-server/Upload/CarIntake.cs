using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// Takes a CAR into the store, or leaves nothing of it. Each block is verified as it comes; the DAG must be whole before anything is
/// promised; blocks, pins and the row are on disk, in this order, before the caller hears yes.
/// </summary>
internal sealed class CarIntake(
    BlockStore store, IFrameStore frames, ReadableBlocks readable, PinDatabase pins, QuotaLedger ledger, PinningServerOptions options,
    TimeProvider time)
{
    // Each takes a page of the disk and its share of memory, however small it is.
    private const int FewBlocks = 16_384;
    private const int SmallBlock = 4096;

    // And all of an upload are remembered until it is answered: so many at most, unless the operator wants larger files.
    private const int ManyBlocks = 1 << 18;
    private const int UsualLeaf = 256 << 10;

    // A walk holds the links that wait for their turn: of DAGs that are made for it, megabytes. It is short for all others.
    private const int WalksAtOnce = 2;

    private readonly long _most = FewBlocks + Math.Max(ManyBlocks, (options.MaxUploadBytes ?? 0) / UsualLeaf);
    private readonly FairTurns _walks = new(WalksAtOnce, int.MaxValue);

    /// <returns>The pin, and whether it is new: the same upload again heals what may have been damaged and gives the same pin.</returns>
    /// <exception cref="ApiException">
    /// 503: what is sent could not be promised. 400: more or fewer roots than one, another root than announced, or a block of the DAG is
    /// missing.
    /// </exception>
    public async Task<(Pin Pin, bool Created)> TakeAsync(Node node, UploadRequest request, Stream body, CancellationToken cancellationToken)
    {
        if (await frames.TroubleAsync(cancellationToken) is { } trouble)
        {
            // Before a frame has come over a slow line for nothing.
            throw new ApiException(503, "STORE_UNAVAILABLE", trouble, TimeSpan.FromSeconds(30));
        }

        await using var batch = store.Begin();
        using var car = await CarReader.OpenAsync(body, cancellationToken);
        var root = RootOf(car, request);
        var received = new Dictionary<Cid, int>();
        long bytes = 0;
        await foreach (var block in car.ReadBlocksAsync(cancellationToken))
        {
            received[block.Cid] = block.Data.Length;
            bytes += block.Data.Length;
            RequireFew(received.Count, bytes);

            await batch.PutAsync(block, cancellationToken);
        }

        List<BlockInfo> covered;
        using (var place = _walks.Enter(node))
        {
            await place.TakeTurnAsync(cancellationToken);
            covered = await CoveredAsync(readable.With(batch, node.Name, received), root, request.Scope, received, cancellationToken);
        }

        var pin = request.ToPin(node, root, time.GetUtcNow()) with
        {
            Bytes = covered.Sum(b => (long)b.Length),
            Blocks = covered.Count,
            Covered = request.Scope == PinScope.Dag ? null : covered.ConvertAll(b => b.Cid),
        };
        if (pin.Overhead > 0 && !ledger.HasQuotaFor(node, pin.Session, pin.Overhead))
        {
            throw new ApiException(507, "QUOTA_EXCEEDED",
                $"Its {covered.Count} small blocks take {pin.Overhead} bytes more on the disk than they have: that is over your quota.");
        }

        using var kept = await KeepAsync(batch, pin, covered, received, cancellationToken);
        return await RecordAsync(pin, covered, cancellationToken);
    }

    private void RequireFew(long blocks, long bytes)
    {
        if (blocks > _most)
        {
            throw new ApiException(400, "BAD_CAR",
                $"An upload has at most {_most} blocks here; this one has more. Add the file with larger leaves (1 MiB), or ask the "
                    + "operator of this server to raise --max-upload.");
        }

        if (blocks > FewBlocks + bytes / SmallBlock)
        {
            throw new ApiException(400, "BAD_CAR",
                $"A CAR has at most {FewBlocks} blocks and one more for each {SmallBlock} bytes; this one has more, of {bytes} bytes.");
        }
    }

    private static Cid RootOf(CarReader car, UploadRequest request)
    {
        if (car.Roots.Count != 1)
            throw new ApiException(400, "BAD_CAR", $"The CAR has {car.Roots.Count} roots; send exactly one.");
        var root = car.Roots[0];
        return request.Root is null || request.Root == root
            ? root
            : throw new ApiException(400, "BAD_CAR", $"The CAR's root is {root}, announced was {request.Root}.");
    }

    /// <summary>The blocks that the pin is to keep, root first; all of them are here or in the batch.</summary>
    private static async Task<List<BlockInfo>> CoveredAsync(
        IBlockSource here, Cid root, PinScope scope, Dictionary<Cid, int> received, CancellationToken cancellationToken)
    {
        try
        {
            if (scope == PinScope.Dag)
                return await here.ListAsync(root, cancellationToken).ToListAsync(cancellationToken);
            // The directory itself must be whole; of what it lists, what was sent is kept too (metadata, thumbnails).
            var directory = await DirectoryBlocks.ListAsync(here, root, cancellationToken);
            return [.. directory.Concat(received.Select(r => new BlockInfo(r.Key, r.Value))).Distinct()];
        }
        catch (BlockNotFoundException missing)
        {
            throw new ApiException(400, "DAG_INCOMPLETE",
                $"Block {missing.Cid} below {root} is neither in the CAR nor on this server. Nothing was kept.");
        }
    }

    private async Task<IDisposable> KeepAsync(
        BlockBatch batch, Pin pin, List<BlockInfo> covered, Dictionary<Cid, int> received, CancellationToken cancellationToken)
    {
        try
        {
            return await frames.KeepAsync(batch, pin, covered, received, cancellationToken);
        }
        catch (BlockNotFoundException missing)
        {
            throw new ApiException(400, "DAG_INCOMPLETE",
                $"Block {missing.Cid} was not in the CAR, and the copy on this server is not sound. Send it.");
        }
    }

    private async Task<(Pin, bool)> RecordAsync(Pin pin, List<BlockInfo> covered, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (stands, outcome, replaced) = await pins.AddUnlessSameAsync(pin, cancellationToken);
            foreach (var lost in replaced)
                await frames.DropAsync(lost.Id, CancellationToken.None);
            if (outcome == PinOutcome.Created)
            {
                ledger.Count(pin, 1);
                return (stands, true);
            }

            if (outcome == PinOutcome.StandsAgain)
                ledger.Count(pin.Node, pin.Session, 1, 0, 0);
            if (pin.Scope == PinScope.Directory)
            {
                if (await ExtendAsync(stands, covered) is not { } extended)
                    continue; // It has ended just now: this is a new one after all, and its blocks are claimed for it still.
                stands = extended;
            }

            // The earlier pin keeps these blocks as well; this one has only healed them.
            await frames.DropAsync(pin.Id, CancellationToken.None);
            return (stands, false);
        }
    }

    /// <summary>What was sent besides the directory this time is kept as well; the claims come first.</summary>
    private async Task<Pin?> ExtendAsync(Pin pin, List<BlockInfo> covered)
    {
        var all = (pin.Covered ?? []).Union(covered.Select(b => b.Cid)).ToList();
        await frames.ClaimAsync(pin with { Covered = all }, all, CancellationToken.None);
        if (await pins.ExtendAsync(pin.Id, covered, CancellationToken.None) is not var (before, now))
            return null;
        ledger.Count(pin.Node, pin.Session, 0, now.Bytes - before.Bytes, now.Overhead - before.Overhead);
        return now;
    }
}
