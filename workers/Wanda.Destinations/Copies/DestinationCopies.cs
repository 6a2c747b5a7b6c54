using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Copies;

/// <summary>
/// A destination as somebody to read copies from. Its breaker is neither asked nor told: an operator who wants a frame back may try what is
/// paused, and what he finds pauses nothing.
/// </summary>
internal sealed class DestinationCopies(DestinationOptions options, DestinationFactory factory, Catalogue catalogue, TimeProvider time)
    : ICopySource, IDisposable
{
    // Captures with the same content ("twins") are files of their own at a destination that keeps files. So many names are tried.
    private const int Twins = 8;

    // The upload line is needed to make a destination; nothing is uploaded here.
    private readonly Lazy<IDestination> _destination = new(
        () => factory.Create(options, new UploadLine(options, new Uplink(time), catalogue, time)));

    public string Name => options.Name;

    public async Task<ICopy> OpenAsync(Cid root, CancellationToken cancellationToken = default)
    {
        if (_destination.Value is not IReadable there)
            throw new IOException("it cannot be read from.");
        var items = await ItemsAsync(root, cancellationToken);
        foreach (var item in items.SkipLast(1))
        {
            try
            {
                return await OpenCopy.OpenAsync(there, item, cancellationToken);
            }
            catch (BlockNotFoundException)
            {
                // Not under this name: the next capture with the same content is tried.
            }
        }

        return await OpenCopy.OpenAsync(there, items[^1], cancellationToken);
    }

    public void Dispose()
    {
        if (_destination is { IsValueCreated: true, Value: IDisposable destination })
            destination.Dispose();
    }

    private async Task<IReadOnlyList<OffloadItem>> ItemsAsync(Cid root, CancellationToken cancellationToken)
    {
        if (await catalogue.Captures.FindByCidAsync(root.ToString(), Twins, cancellationToken) is { Count: > 0 } frames)
            return [.. frames.Select(OffloadItem.Of)];
        if (await catalogue.Sessions.FindByDirectoryAsync(root.ToString(), cancellationToken) is { } session)
            return [OffloadItem.Of(session, [])];
        return [new OffloadItem(SubjectKind.Capture, root.ToString(), root, new PinLabels(null, root.ToString()))];
    }
}
