using Wanda.Catalog;

namespace Wanda.Hosting;

/// <summary>
/// How full the disk of the frames is (law 6). Below <c>release.lowWater</c> proven frames are let go until <c>release.highWater</c> is
/// reached, so that a node at the mark does not let one go for each that comes. Which way it goes is in the catalogue: a restart does not
/// forget it.
/// </summary>
/// <param name="root">The storage folder.</param>
/// <param name="options">The marks.</param>
/// <param name="catalogue">Keeps the direction.</param>
/// <param name="freeBytes">Measures the disk; null asks the file system.</param>
public sealed class DiskSpace(StorageRoot root, WandaOptions options, Catalogue catalogue, Func<long>? freeBytes = null)
{
    /// <summary>Bytes that can still be written.</summary>
    public long FreeBytes => freeBytes?.Invoke() ?? root.FreeBytes;

    /// <summary>The free space at which letting go ends.</summary>
    public ByteSize HighWater => options.Release.HighWater ?? new ByteSize(options.Release.LowWater.Bytes / 4 * 5);

    /// <summary>Whether free space is below <c>release.lowWater</c>.</summary>
    public bool IsLow => FreeBytes < options.Release.LowWater.Bytes;

    /// <summary>Whether frames are let go for want of space; for screens: nothing is written.</summary>
    public async Task<bool> IsDrainingAsync(CancellationToken cancellationToken) =>
        IsLow || (FreeBytes < HighWater.Bytes && await catalogue.Node.IsDrainingAsync(cancellationToken));

    /// <summary>The same for those who act on it: a change of direction is on record.</summary>
    public async Task<bool> DrainAsync(CancellationToken cancellationToken)
    {
        var draining = await IsDrainingAsync(cancellationToken);
        // What lies in a watched folder is removed there a moment after its frame went: no more frames go for it meanwhile.
        if (draining && FreeBytes + await catalogue.Originals.GoingAsync(cancellationToken) >= HighWater.Bytes)
            return false;
        if (draining != await catalogue.Node.IsDrainingAsync(cancellationToken))
            await catalogue.Node.SetDrainingAsync(draining, cancellationToken);
        return draining;
    }
}
