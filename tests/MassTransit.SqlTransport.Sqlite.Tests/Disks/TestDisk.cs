namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

/// <summary>A folder whose SQLite files are on a disk that records every write, and that can be told to fail.</summary>
internal sealed class TestDisk : IDisposable
{
    public const int Full = 13; // SQLITE_FULL
    public const int WriteError = 10 | (3 << 8); // SQLITE_IOERR_WRITE
    public const int SyncError = 10 | (4 << 8); // SQLITE_IOERR_FSYNC

    private readonly Lock _gate = new();
    private readonly List<DiskOperation> _done = [];
    private readonly TemporaryFolder _folder = new();
    private Func<DiskOperation, int>? _fault;

    public TestDisk() => DiskShim.Watch(_folder.Path, this);

    public string File(string name) => _folder.File(name);

    /// <summary>How many operations there were so far.</summary>
    public int Position
    {
        get
        {
            lock (_gate)
                return _done.Count;
        }
    }

    public IReadOnlyList<DiskOperation> Recorded()
    {
        lock (_gate)
            return [.. _done];
    }

    /// <summary>
    /// From now on asks before each operation; the answer is SQLite's result code, 0 to let it happen. Null for a healthy disk.
    /// </summary>
    public void Fail(Func<DiskOperation, int>? fault)
    {
        lock (_gate)
            _fault = fault;
    }

    public int Write(string file, long offset, ReadOnlySpan<byte> data) => Do(new DiskWrite(file, offset, data.ToArray()));

    public int Truncate(string file, long size) => Do(new DiskTruncate(file, size));

    public int Sync(string file) => Do(new DiskSync(file));

    public int Delete(string file, bool durably) => Do(new DiskDelete(file, durably));

    public void Dispose()
    {
        DiskShim.Forget(_folder.Path);
        _folder.Dispose();
    }

    private int Do(DiskOperation operation)
    {
        lock (_gate)
        {
            if (_fault?.Invoke(operation) is { } failure and not 0)
            {
                if (operation is DiskSync)
                    _done.Add(new DiskSyncFailed(operation.File));
                return failure;
            }

            _done.Add(operation);
            return 0;
        }
    }
}

/// <summary>Something that SQLite asked the disk to do.</summary>
internal abstract record DiskOperation(string File);

internal sealed record DiskWrite(string File, long Offset, byte[] Data) : DiskOperation(File);

internal sealed record DiskTruncate(string File, long Size) : DiskOperation(File);

internal sealed record DiskSync(string File) : DiskOperation(File);

/// <summary>The kernel may have dropped what it could not write, and a later sync says nothing of it (fsync(2)).</summary>
internal sealed record DiskSyncFailed(string File) : DiskOperation(File);

internal sealed record DiskDelete(string File, bool Durably) : DiskOperation(File);
