using System.Collections.Concurrent;

namespace Wanda.PinningServer;

/// <summary>What has happened since the start, counted.</summary>
internal sealed class ServerMetrics
{
    private readonly ConcurrentDictionary<string, UploadCounts> _uploads = new(StringComparer.Ordinal);
    private long _proven;
    private long _unproven;
    private long _contentRequests;
    private long _collections;
    private long _collectedBytes;
    private long _maintenanceFailures;
    private long _inspectedBytes;
    private long _lostPins;
    private long _alertLooks;

    /// <summary>Of all nodes.</summary>
    public UploadCounts Uploads => _uploads.Values.Aggregate(default(UploadCounts), (all, node) => all + node);

    /// <summary>Of one node.</summary>
    public UploadCounts UploadsOf(string node) => _uploads.GetValueOrDefault(node);

    public long PossessionsProven => Interlocked.Read(ref _proven);
    public long PossessionsUnproven => Interlocked.Read(ref _unproven);
    public long ContentRequests => Interlocked.Read(ref _contentRequests);
    public long Collections => Interlocked.Read(ref _collections);
    public long CollectedBytes => Interlocked.Read(ref _collectedBytes);

    public long InspectedBytes => Interlocked.Read(ref _inspectedBytes);
    public long LostPins => Interlocked.Read(ref _lostPins);

    public long MaintenanceFailures => Interlocked.Read(ref _maintenanceFailures);

    public long AlertLooks => Interlocked.Read(ref _alertLooks);

    public void LookedForAlerts() => Interlocked.Increment(ref _alertLooks);

    public void Inspected(long bytes) => Interlocked.Add(ref _inspectedBytes, bytes);

    public void Lost() => Interlocked.Increment(ref _lostPins);

    public void MaintenanceFailed() => Interlocked.Increment(ref _maintenanceFailures);

    public void Uploaded(string node, long bytes) => Count(node, new(1, 0, bytes));

    public void UploadFailed(string node) => Count(node, new(0, 1, 0));

    public void Possession(bool proven) => Interlocked.Increment(ref proven ? ref _proven : ref _unproven);

    public void Served() => Interlocked.Increment(ref _contentRequests);

    public void Collected(long bytes)
    {
        Interlocked.Increment(ref _collections);
        Interlocked.Add(ref _collectedBytes, bytes);
    }

    private void Count(string node, UploadCounts more) => _uploads.AddOrUpdate(node, more, (_, known) => known + more);

    /// <summary>CARs that ended in a pin, CARs that were refused or cut off, and the bytes of the former.</summary>
    internal readonly record struct UploadCounts(long Taken, long Failed, long Bytes)
    {
        public static UploadCounts operator +(UploadCounts one, UploadCounts other) =>
            new(one.Taken + other.Taken, one.Failed + other.Failed, one.Bytes + other.Bytes);
    }
}
