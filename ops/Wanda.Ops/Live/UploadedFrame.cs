using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Ops.Live;

/// <summary>A frame as the WANDA app's page knows it: by its name and its address there, never by where it lies.</summary>
internal sealed class UploadedFrame
{
    private readonly CaptureRecord _capture;

    /// <param name="row">The frame.</param>
    /// <param name="proofs">All proofs of it.</param>
    /// <param name="copies"><c>release.copies</c>.</param>
    public UploadedFrame(FrameRow row, IReadOnlyList<CustodyProof> proofs, int copies)
    {
        _capture = row.Capture;
        var original = (_capture.SourcePath ?? ArchivePaths.OriginalOf(_capture))?.ToString() ?? _capture.FileName;
        (Name, Path) = (original[(original.LastIndexOf('/') + 1)..], "/captures/" + original);
        var counting = row.Custody.SafeOn?.Split(", ") ?? [];
        Replicas = proofs.Where(p => p.Cid == Cid && counting.Contains(p.Destination)).Select(p => p.FailureDomain).Distinct().Count();
        IsSynced = Replicas >= copies;
    }

    public CaptureId CaptureId => _capture.Id;

    public string Id => _capture.Id.ToString();

    public string Name { get; }

    /// <summary>Where the page gets it.</summary>
    public string Path { get; }

    public string? Cid => _capture.Cid;

    public long Bytes => _capture.SizeBytes;

    public DateTimeOffset SavedAt => _capture.SavedAt;

    public bool IsFileLost => _capture.FileLostAt is not null;

    /// <summary>In how many failure domains a copy of it counts.</summary>
    public int Replicas { get; }

    /// <summary>Whether those are as many as are wanted.</summary>
    public bool IsSynced { get; }
}
