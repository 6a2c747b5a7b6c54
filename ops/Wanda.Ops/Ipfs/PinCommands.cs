using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>What became of a pin that was asked for.</summary>
/// <param name="Cid">The CID.</param>
/// <param name="Status"><c>pinned</c> or <c>unpinned</c>.</param>
/// <param name="SizeBytes">Bytes of what is kept.</param>
public sealed record PinOutcome(string Cid, string Status, long? SizeBytes);

/// <summary>
/// Pins what others have, and lets go of that again. Frames of this node are pinned by being here, and go by release and discard alone (law
/// 2).
/// </summary>
internal sealed class PinCommands(
    Catalogue catalogue, WandaOptions options, FetchedStore fetched, FrameRetrieval retrieval, DestinationQuery destinations,
    DiskSpace space)
{
    private const int MaxName = 200;

    /// <summary>So long a pin is fetched, or looked for elsewhere.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Fetches what a CID stands for from the configured destinations and gateways, each block verified, and keeps it; of at most
    /// <c>retrieval.cache</c> bytes, and never of room that frames need (law 6).
    /// </summary>
    /// <exception cref="AppException">It cannot be; the message says why.</exception>
    public async Task<PinOutcome> PinAsync(Cid cid, bool recursive, string? name, CancellationToken cancellationToken)
    {
        if ((await catalogue.Captures.FindByCidAsync(cid.ToString(), 1, cancellationToken)).Count > 0)
        {
            var wanted = await PresentAsync(cid, cancellationToken);
            return new PinOutcome(cid.ToString(), "pinned", wanted.Capture!.SizeBytes);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Patience);
        try
        {
            var store = await retrieval.Own.StoreAsync(stop.Token);
            await using var batch = store.Begin();
            await using var copy = new RepairSources(catalogue, fetched, retrieval).CopyOf(new Pin("", cid, PinMode.Recursive, default));
            var bytes = await FetchAsync(batch, new FallbackSource([store, copy]), cid, recursive, stop.Token);
            batch.Pin(AskedPin.Owner(cid), cid, recursive ? PinMode.Recursive : PinMode.Direct);
            if (name is { Length: > 0 })
                batch.Note(AskedPin.Owner(cid), name[..Math.Min(name.Length, MaxName)]);
            await batch.CommitAsync(stop.Token);
            return new PinOutcome(cid.ToString(), "pinned", bytes);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AppException(AppError.Timeout,
                $"{cid} did not come within {Patience.TotalMinutes:0} minutes. Nothing of it is kept.", e);
        }
        catch (Exception e) when (e is IOException or DagFormatException)
        {
            throw new AppException(AppError.PinFailed, $"{cid} was not pinned: {e.Message}", e);
        }
    }

    /// <summary>Lets go of what was pinned so. The only copy stays.</summary>
    /// <exception cref="AppException">It stays; the message says why.</exception>
    public async Task<PinOutcome> UnpinAsync(Cid cid, CancellationToken cancellationToken)
    {
        var store = await retrieval.Own.FindAsync(cancellationToken);
        var pins = store is null ? [] : await store.PinsAsync(cid: cid, cancellationToken: cancellationToken);
        if (pins.All(p => AskedPin.Is(p.Owner)) && await OurFrameAsync(cid, cancellationToken) is { } frame)
        {
            throw new AppException(AppError.UnpinFailed, frame.ReleasedAt is null
                ? $"{frame.Session}/{frame.Number} is a frame of this node, and goes as 'release' of the configuration says alone."
                : $"{frame.Session}/{frame.Number} was let go here already.");
        }

        if (pins.Count == 0)
            throw new AppException(AppError.CidNotFound, $"{cid} is not pinned here.");
        if (pins.FirstOrDefault(p => !AskedPin.Is(p.Owner)) is { Owner: not null } kept)
        {
            throw new AppException(AppError.UnpinFailed, await OurFrameAsync(cid, cancellationToken) is null
                ? $"{cid} is kept for {kept.Owner}, which goes by itself."
                : await WhyAsync(cid, cancellationToken));
        }

        if (!await IsElsewhereAsync(cid, pins[0].Mode, cancellationToken))
        {
            throw new AppException(AppError.UnpinFailed,
                $"{cid} may be the only copy: no destination on another machine and no gateway gave all of it. It stays.");
        }

        await store!.UnpinAsync(AskedPin.Owner(cid), CancellationToken.None);
        return new PinOutcome(cid.ToString(), "unpinned", null);
    }

    private async Task<long> FetchAsync(BlockBatch batch, IBlockSource from, Cid cid, bool recursive, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        if (!recursive)
        {
            var block = await from.ReadAsync(cid, new byte[Block.MaxBytes], cancellationToken);
            await TakeAsync(block);
            return bytes;
        }

        await foreach (var block in from.BlocksAsync(cid, cancellationToken))
            await TakeAsync(block);
        return bytes;

        async Task TakeAsync(Block block)
        {
            bytes += block.Data.Length;
            if (bytes > options.Retrieval.Cache.Bytes)
                throw new AppException(AppError.PinFailed, $"{cid} is larger than {options.Retrieval.Cache} (retrieval.cache).");
            if (space.FreeBytes - block.Data.Length < options.Release.LowWater.Bytes)
            {
                throw new AppException(AppError.StorageFull,
                    $"The disk has {new ByteSize(space.FreeBytes)} left, and frames need {options.Release.LowWater} (release.lowWater).");
            }

            await batch.PutAsync(block, cancellationToken);
        }
    }

    private async Task<WantedFrame> PresentAsync(Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            return await retrieval.FindAsync(cid.ToString(), cancellationToken);
        }
        catch (OpsException e)
        {
            throw new AppException(AppError.PinFailed, e.Message, e); // discarded
        }
    }

    private async Task<Custody.CaptureRecord?> OurFrameAsync(Cid cid, CancellationToken cancellationToken) =>
        (await catalogue.Captures.FindByCidAsync(cid.ToString(), 1, cancellationToken)).FirstOrDefault();

    private async Task<string> WhyAsync(Cid cid, CancellationToken cancellationToken)
    {
        var frame = (await OurFrameAsync(cid, cancellationToken))!;
        var row = (await catalogue.Reports.FrameAsync(frame.Id, options.IsDemo, cancellationToken))!;
        return CaptureCopies.Of(row, options.Release.Copies) is { Replicas: 0 }
            ? $"{frame.Session}/{frame.Number} is only here: this is its only copy."
            : $"{frame.Session}/{frame.Number} is {CustodyWords.Of(row)}. It is let go here as 'release' of the configuration says, or "
                + "discarded with 'wanda capture discard'.";
    }

    // Every byte is read back, as for a proof (law 2).
    private async Task<bool> IsElsewhereAsync(Cid cid, PinMode mode, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Patience);
        var known = (await destinations.ListAsync(cancellationToken)).ToDictionary(d => d.Name);
        foreach (var source in await retrieval.ElsewhereAsync(null, cancellationToken))
        {
            if (known.TryGetValue(source.Name, out var destination) && !destination.MakesSafe)
                continue;
            try
            {
                await using var copy = await source.OpenAsync(cid, stop.Token);
                await ReadAsync(copy, cid, mode, stop.Token);
                return true;
            }
            catch (Exception e) when (SourceAnswer.Is(e, cancellationToken))
            {
                // The next one may have it.
            }
        }

        return false;
    }

    private static async Task ReadAsync(IBlockSource copy, Cid cid, PinMode mode, CancellationToken cancellationToken)
    {
        if (mode == PinMode.Direct)
        {
            _ = await copy.ReadAsync(cid, new byte[Block.MaxBytes], cancellationToken);
            return;
        }

        await foreach (var _ in copy.BlocksAsync(cid, cancellationToken))
        {
            // Reading to the end is the check.
        }
    }
}
