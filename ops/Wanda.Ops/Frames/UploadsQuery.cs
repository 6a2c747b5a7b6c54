using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>A frame on its way to a destination, as the WANDA app's page knows it.</summary>
/// <param name="File">Its file's name.</param>
/// <param name="Path">Where the page gets it, not escaped.</param>
/// <param name="Id">Its capture id.</param>
/// <param name="Destination">Where it goes.</param>
/// <param name="BytesUploaded">How much of it went out.</param>
/// <param name="TotalBytes">Its size.</param>
/// <param name="Percent">The first of the second.</param>
public sealed record UploadView(
    string File, string Path, string Id, string Destination, long BytesUploaded, long TotalBytes, int Percent)
{
    /// <summary>The same when all of it is there.</summary>
    public UploadView Done() => this with { BytesUploaded = TotalBytes, Percent = 100 };
}

/// <summary>Reads how far the uploads are that take longer than a moment.</summary>
internal sealed class UploadsQuery(Catalogue catalogue, WandaOptions options)
{
    /// <summary>Reads it.</summary>
    public async Task<IReadOnlyList<UploadView>> ReadAsync(CancellationToken cancellationToken)
    {
        var uploads = await catalogue.Destinations.UploadsAsync(cancellationToken);
        if (uploads.Count == 0)
            return [];
        var ids = uploads.Select(u => CaptureId.TryParse(u.Subject, out var id) ? id : default).Distinct();
        var frames = (await catalogue.Reports.FramesAsync(ids, options.IsDemo, cancellationToken))
            .Where(row => row.Capture.Kind != CaptureKind.Sidecar).ToDictionary(row => row.Capture.Id.ToString());
        return [.. uploads.Where(u => frames.ContainsKey(u.Subject)).Select(u => Of(u, frames[u.Subject]))];
    }

    private UploadView Of(UploadUnderWay upload, FrameRow row)
    {
        var frame = CaptureView.Of(row, options.Release.Copies);
        return new UploadView(frame.Name, frame.Path, upload.Subject, upload.Destination, upload.Bytes, upload.Total,
            (int)Math.Clamp(100 * (upload.Bytes / (double)Math.Max(1, upload.Total)), 0, 100));
    }
}
