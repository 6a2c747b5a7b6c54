using System.Diagnostics;

namespace Benchmarks.Pipeline;

/// <summary>Counts a running process's fsyncs with strace(1).</summary>
internal sealed class SyncCounter : IDisposable
{
    private const string Strace = "/usr/bin/strace";
    private readonly Process _strace;
    private readonly string _log;

    public SyncCounter(int process, string log)
    {
        _log = log;
        _strace = Process.Start(Strace, ["-f", "-qq", "-e", "trace=fsync,fdatasync,sync_file_range,msync", "-o", log, "-p", $"{process}"]);
    }

    public static bool IsInstalled => File.Exists(Strace);

    /// <summary>Waits for the process's end, and counts.</summary>
    public async Task<int> CountAsync()
    {
        await _strace.WaitForExitAsync();
        // A call that another thread's line interrupts has a second line, "resumed".
        return File.ReadLines(_log)
            .Count(line => !line.Contains("resumed>", StringComparison.Ordinal) && line.Contains("sync", StringComparison.Ordinal));
    }

    public void Dispose() => _strace.Dispose();
}
