using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Finds one capture as the WANDA app's page names it, and how a new one will fare.</summary>
internal sealed class CaptureQuery(Catalogue catalogue, WandaOptions options, AppFolder app, FrameQuery frames, TimeProvider time)
{
    /// <summary>The newest version of a file of the app's folder; null when none was taken.</summary>
    public async Task<FrameRow?> NamedAsync(RawName path, CancellationToken cancellationToken) => app.Source is { } source
        ? await catalogue.Reports.NamedAsync(source, path, options.IsDemo, cancellationToken)
        : null;

    /// <summary>A capture by its id, the beginning of one, or its path below the app's folder, escaped in one piece.</summary>
    /// <exception cref="NotHereException">There is none.</exception>
    public async Task<CaptureView> FindAsync(string escaped, CancellationToken cancellationToken)
    {
        var row = CapturePath.Parse(escaped) is { } path ? await NamedAsync(path, cancellationToken) : null;
        row ??= await frames.FindAsync(Uri.UnescapeDataString(escaped), cancellationToken);
        return CaptureView.Of(row, options.Release.Copies);
    }

    /// <summary>What a capture that was just made is told: it waits behind those that are only here.</summary>
    public async Task<Queued> QueuedAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var waiting = await catalogue.Reports.OnlyHereAsync(options.IsDemo, cancellationToken);
        var pace = await catalogue.Reports.PaceAsync(now - ClearEstimate.Window, options.IsDemo, cancellationToken);
        var ready = ClearEstimate.Of(waiting.OnlyHereBytes, pace, now).At;
        return new Queued(UploadStatus.Queued, waiting.OnlyHere + waiting.OthersOnlyHere + 1,
            ready is { } at ? $"{Math.Ceiling((at - now).TotalSeconds):0}s" : null);
    }
}

/// <summary>The way out of a capture that was just made.</summary>
/// <param name="Status">It waits.</param>
/// <param name="QueuePosition">Which it is of those that wait, from 1.</param>
/// <param name="EstimatedUploadTime">When it is proven, as <c>12s</c>; null while nobody can tell.</param>
internal sealed record Queued(UploadStatus Status, int QueuePosition, string? EstimatedUploadTime);
