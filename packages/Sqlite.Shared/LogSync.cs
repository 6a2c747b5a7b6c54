using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>
/// Puts commits on the disk, on a thread of its own: meanwhile the writer goes on, and other processes too. Whoever waits for the disk is
/// told when a sync that began after his commit has ended. (A commit with <c>synchronous=NORMAL</c> leaves out this one sync and no other.)
/// </summary>
internal sealed class LogSync
{
    private readonly object _gate = new();
    private readonly string _path;
    private List<WriteItem> _waiting = [];
    private SyncedFile? _log;
    private bool _syncing;
    private bool _stopped;

    public LogSync(string path)
    {
        _path = path;
        new Thread(Loop) { IsBackground = true, Name = $"sync {Path.GetFileName(path)}" }.Start();
    }

    /// <summary>
    /// A sync has failed: what was committed since the last one that did not may be lost with the power, and so would all that follows it
    /// in the log.
    /// </summary>
    public bool Failed { get; private set; }

    /// <summary>Takes committed items; the log is the writer's, and stays open until <see cref="Drain"/>.</summary>
    public void Add(SyncedFile log, List<WriteItem> items)
    {
        lock (_gate)
        {
            _log = log;
            _waiting.AddRange(items);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until nothing waits for the disk.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            while (_syncing || _waiting.Count > 0)
                Monitor.Wait(_gate);
        }
    }

    /// <summary>The log has been moved into the database, or is another one.</summary>
    public void Repaired() => Failed = false;

    /// <summary>Ends the thread, after what still waits.</summary>
    public void Stop()
    {
        Drain();
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Loop()
    {
        List<WriteItem> items = [];
        while (Next(ref items) is { } log)
        {
            var result = Failed ? raw.SQLITE_IOERR : log.Sync();
            if (result == raw.SQLITE_OK)
            {
                foreach (var item in items)
                    item.Committed();
            }
            else
            {
                Fail(items, result);
            }

            items.Clear();
            lock (_gate)
            {
                _syncing = false;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private SyncedFile? Next(ref List<WriteItem> items)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_stopped)
                    return null;
                Monitor.Wait(_gate);
            }

            (items, _waiting) = (_waiting, items);
            _syncing = true;
            return _log;
        }
    }

    private void Fail(List<WriteItem> items, int result)
    {
        Failed = true;
        var error = SqliteFileException.From(new SqliteException("the log could not be synced", result & 0xFF, result), _path);
        foreach (var item in items)
            item.Failed(error);
    }
}
