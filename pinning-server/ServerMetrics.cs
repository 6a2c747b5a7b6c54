namespace Wanda.PinningServer;

/// <summary>What has happened since the start, counted.</summary>
internal sealed class ServerMetrics
{
    private long _uploads;
    private long _uploadFailures;
    private long _uploadBytes;
    private long _proven;
    private long _unproven;
    private long _contentRequests;
    private long _collections;
    private long _collectedBytes;
    private long _maintenanceFailures;
    private long _inspectedBytes;
    private long _lostPins;

    public long Uploads => Interlocked.Read(ref _uploads);
    public long UploadFailures => Interlocked.Read(ref _uploadFailures);
    public long UploadBytes => Interlocked.Read(ref _uploadBytes);
    public long PossessionsProven => Interlocked.Read(ref _proven);
    public long PossessionsUnproven => Interlocked.Read(ref _unproven);
    public long ContentRequests => Interlocked.Read(ref _contentRequests);
    public long Collections => Interlocked.Read(ref _collections);
    public long CollectedBytes => Interlocked.Read(ref _collectedBytes);

    public long InspectedBytes => Interlocked.Read(ref _inspectedBytes);
    public long LostPins => Interlocked.Read(ref _lostPins);

    public long MaintenanceFailures => Interlocked.Read(ref _maintenanceFailures);

    public void Inspected(long bytes) => Interlocked.Add(ref _inspectedBytes, bytes);

    public void Lost() => Interlocked.Increment(ref _lostPins);

    public void MaintenanceFailed() => Interlocked.Increment(ref _maintenanceFailures);

    public void Uploaded(long bytes)
    {
        Interlocked.Increment(ref _uploads);
        Interlocked.Add(ref _uploadBytes, bytes);
    }

    public void UploadFailed() => Interlocked.Increment(ref _uploadFailures);

    public void Possession(bool proven) => Interlocked.Increment(ref proven ? ref _proven : ref _unproven);

    public void Served() => Interlocked.Increment(ref _contentRequests);

    public void Collected(long bytes)
    {
        Interlocked.Increment(ref _collections);
        Interlocked.Add(ref _collectedBytes, bytes);
    }
}
