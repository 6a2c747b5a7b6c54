using System.Runtime.ExceptionServices;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Files;

/// <summary>
/// A destination that is a folder: each item is one CAR file in it, written durably, and proven by reading all of it back.
/// </summary>
internal sealed class CarFileDestination(DestinationOptions options, IFileStore store, DestinationTools tools, UploadLine line)
    : IDestination, IReadable, IHasDisk, IDisposable
{
    private readonly MachineJudge _machine = new(options, tools);
    private readonly StoreId _id = new(tools.Options.Node, options.Name);
    private readonly SemaphoreSlim _looking = new(1, 1);

    public string Name => options.Name;

    public Task<string?> PushAsync(OffloadItem item, CancellationToken cancellationToken) => OnAsync(async (volume, _) =>
    {
        var blocks = await OwnBlocks.ListAsync(tools.Ipfs, item, cancellationToken);
        var path = StoredName.Of(item);
        try
        {
            await volume.WriteAsync(path, stream => CarWriter.WriteAsync(
                new MeteredStream(stream, line.SendingAsync), [item.Cid],
                tools.Ipfs.BlocksAsync(blocks.Select(b => b.Cid), cancellationToken), cancellationToken), cancellationToken);
        }
        catch (BlockNotFoundException e)
        {
            throw OwnBlocks.Damaged(item, e);
        }

        return (string?)path;
    }, cancellationToken);

    public Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancellationToken) => OnAsync(async (volume, disk) =>
    {
        try
        {
            await using var file = await OpenAsync(volume, item, cancellationToken);
            var from = new ReadBackFrom(await CarSource.OpenAsync(file, cancellationToken), store.Endpoint,
                await IsHereAsync(volume, cancellationToken), store.Flushes, MayFetch: false);
            return (CustodyProof?)(await tools.ReadBack.ProveAsync(item, options, from, cancellationToken) with { Disk = disk });
        }
        catch (CarFormatException e)
        {
            throw new NotHeldException($"{StoredName.Of(item)} is damaged: {e.Message}");
        }
        catch (IOException e)
        {
            // A disk that was taken away is an outage; one that is there and cannot read its file has lost it.
            await _id.EnsureAsync(volume, store.Place, cancellationToken);
            throw new NotHeldException($"{StoredName.Of(item)} cannot be read: {e.Message}");
        }
    }, cancellationToken);

    public async Task ReadAsync(OffloadItem item, Func<IBlockSource, Task> read, CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? reader = null;
        await OnAsync(async (volume, _) =>
        {
            await using var file = await OpenAsync(volume, item, cancellationToken);
            var source = await CarSource.OpenAsync(file, cancellationToken);
            try
            {
                await read(source);
            }
            catch (Exception e)
            {
                // The reader's own trouble, such as a full disk here, is no outage of this one.
                reader = ExceptionDispatchInfo.Capture(e);
            }

            return true;
        }, cancellationToken);
        reader?.Throw();
    }

    public Task UnpinAsync(string remoteId, CancellationToken cancellationToken) => OnAsync(async (volume, _) =>
    {
        if (remoteId.Split('/').Any(part => part is "" or "." or ".."))
            throw new ArgumentException($"'{remoteId}' is no file of {Name}.", nameof(remoteId));
        await volume.DeleteAsync(remoteId, cancellationToken);
        return true;
    }, cancellationToken);

    public Task LookAsync(CancellationToken cancellationToken) => OnAsync((_, _) => Task.FromResult(true), cancellationToken);

    public void Dispose()
    {
        store.Dispose();
        _looking.Dispose();
    }

    private async Task<bool> IsHereAsync(IVolume volume, CancellationToken cancellationToken) => await _machine.IsHereAsync(
        await store.MachineAsync(volume, cancellationToken), store.IsHereByAddressAsync,
        nonce => Task.FromResult(store.Kernel is { } id ? MachineDigest.Compute(nonce, id) : null), cancellationToken);

    private async Task<PacedStream> OpenAsync(IVolume volume, OffloadItem item, CancellationToken cancellationToken) =>
        await volume.ReadAsync(StoredName.Of(item), cancellationToken) is { } file
            ? new PacedStream(file, options, tools.Time)
            : throw new NotHeldException($"{StoredName.Of(item)} is not there any more.");

    /// <summary>
    /// Which disk is there now. Another one at the same path is another place: what the one before proved does not count until it is back.
    /// </summary>
    private async Task<string?> DiskAsync(IVolume volume, CancellationToken cancellationToken)
    {
        if (tools.Catalogue is not { } catalogue)
        {
            await _id.EnsureAsync(volume, store.Place, cancellationToken);
            return null;
        }

        // One by one: a disk without an id is given one, not two.
        await _looking.WaitAsync(cancellationToken);
        try
        {
            var known = (await catalogue.Destinations.FindAsync(Name, cancellationToken))?.Disk;
            var id = _id with { Disk = Guid.TryParse(known, out var disk) ? disk : null };
            var found = (await id.EnsureDiskAsync(volume, store.Place, cancellationToken)).Disk?.ToString();
            if (found is null && known is not null)
            {
                throw new DestinationDownException($"another disk is at {store.Place} than before, and it takes no id. Mount "
                    + "the one that was there, or let this one be written to.", needsOperator: true, destination: Name);
            }

            if (found is not null && found != known)
                await catalogue.Destinations.IsOnAsync(Name, found, cancellationToken);
            return found;
        }
        finally
        {
            _looking.Release();
        }
    }

    private async Task<T> OnAsync<T>(Func<IVolume, string?, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            using var volume = await store.OpenAsync(cancellationToken);
            return await work(volume, await DiskAsync(volume, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DestinationDownException(
                $"{e.Message.TrimEnd('.')}.",
                needsOperator: e is UnauthorizedAccessException or FileStoreException { NeedsOperator: true }, inner: e, destination: Name);
        }
    }
}

/// <summary>A file store cannot be used.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="needsOperator">Whether waiting alone will not heal it.</param>
/// <param name="inner">The cause.</param>
internal sealed class FileStoreException(string message, bool needsOperator = false, Exception? inner = null) : IOException(message, inner)
{
    public bool NeedsOperator { get; } = needsOperator;
}
