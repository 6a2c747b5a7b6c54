using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>How far a frame's way out is.</summary>
public enum UploadStatus
{
    /// <summary>Only here: it waits for its CID or its turn.</summary>
    Queued,

    /// <summary>A destination took it and has not proven it, or not yet as many as are wanted have.</summary>
    Uploading,

    /// <summary>Proven in as many failure domains as are wanted.</summary>
    Complete,

    /// <summary>Something stands in its way, or it is nowhere any more.</summary>
    Error,
}

/// <summary>
/// Where a frame is in the words of the WANDA app's page, which knows pins and replicas and no proofs. What each means is written once, in
/// docs/wanda-app.md.
/// </summary>
/// <param name="Cid">Its CID, once computed.</param>
/// <param name="Pinned">Whether it is held here under that CID, or proven elsewhere.</param>
/// <param name="Synced">Whether it is proven in <c>release.copies</c> failure domains.</param>
/// <param name="Replicas">In how many it is.</param>
/// <param name="Status">How far its way out is.</param>
public sealed record CaptureCopies(string? Cid, bool Pinned, bool Synced, int Replicas, UploadStatus Status)
{
    /// <summary>Of a frame.</summary>
    /// <param name="row">The frame.</param>
    /// <param name="copies"><c>release.copies</c>.</param>
    public static CaptureCopies Of(FrameRow row, int copies)
    {
        var (capture, custody) = row;
        var (isHere, synced) = (capture is { ReleasedAt: null, FileLostAt: null, DiscardedAt: null }, custody.Domains >= copies);
        return new CaptureCopies(capture.Cid, (isHere && capture.Cid is not null) || custody.Domains > 0, synced, custody.Domains,
            custody.State switch
            {
                CustodyState.Lost or CustodyState.LeftBehind or CustodyState.Discarded => UploadStatus.Error,
                _ when synced => UploadStatus.Complete,
                _ when custody.Trouble is not null => UploadStatus.Error,
                CustodyState.Saved or CustodyState.Added or CustodyState.Near => UploadStatus.Queued,
                _ => UploadStatus.Uploading,
            });
    }

    /// <summary>Of a file that was not taken yet.</summary>
    public static CaptureCopies None { get; } = new(null, false, false, 0, UploadStatus.Queued);
}
