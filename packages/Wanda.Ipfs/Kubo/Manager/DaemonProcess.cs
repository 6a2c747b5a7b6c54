using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Wanda.Ipfs;

/// <summary>
/// The daemon's process, told from others by its number and the time of its start. One that outlived who started it is found again by what
/// stands in its environment, so nothing has to be written down in time.
/// </summary>
/// <remarks>Linux alone: see proc(5).</remarks>
internal sealed partial class DaemonProcess : IDisposable
{
    private const string Mark = "WANDA_KUBO=";
    private const int Terminate = 15, Kill = 9;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly Process? _child;
    private readonly string _started;

    private DaemonProcess(int id, string started, Process? child) => (Id, _started, _child) = (id, started, child);

    public int Id { get; }

    public bool IsAlive => Started(Id) == _started;

    /// <summary>Starts a program with a log; the process is of a session of its own, so that a Ctrl+C at a terminal is ours alone.</summary>
    public static DaemonProcess Start(ProcessStartInfo start, string repository, string log)
    {
        start.ArgumentList.Insert(0, start.FileName);
        foreach (string argument in new[] { "sh", """
            umask 077; exec >>"$WANDA_KUBO_LOG" 2>&1 </dev/null; unset WANDA_KUBO_LOG
            command -v setsid >/dev/null && exec setsid "$@"; exec "$@"
            """, "-c" })
        {
            start.ArgumentList.Insert(0, argument);
        }

        start.FileName = "/bin/sh";
        start.Environment["WANDA_KUBO_LOG"] = log;
        start.Environment[Mark.TrimEnd('=')] = repository;
        var child = Process.Start(start)!;
        return new(child.Id, Started(child.Id) ?? "", child);
    }

    /// <summary>The daemon of a repository that one of us started and did not end; null when there is none.</summary>
    public static DaemonProcess? Find(string repository)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && Started(id) is { } started && Read($"/proc/{id}/environ") is { } environment
                && environment.Split('\0').Contains(Mark + repository, StringComparer.Ordinal))
            {
                return new(id, started, null);
            }
        }

        return null;
    }

    /// <summary>Asks it to end, and kills it when it does not within the time.</summary>
    /// <returns>False when it was killed.</returns>
    public async Task<bool> EndAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        // Once only: at a second signal it ends without closing its stores.
        Signal(Terminate);
        if (await WaitAsync(patience, time, cancellationToken).ConfigureAwait(false))
            return true;
        Signal(Kill);
        await WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>Whether it ended within a time.</summary>
    public async Task<bool> WaitAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        while (IsAlive)
        {
            if (time.GetElapsedTime(began) >= patience)
                return false;
            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    public void Dispose() => _child?.Dispose();

    private void Signal(int signal)
    {
        if (IsAlive)
            _ = SendSignal(Id, signal); // one that ended in between is what was wanted
    }

    /// <summary>When a process was started, in ticks since the machine was; null when there is none, or only its exit code is left.</summary>
    private static string? Started(int id)
    {
        // The name, in parentheses, may hold anything; then come the state and, as the 22nd field of all, the start.
        string? stat = Read($"/proc/{id}/stat");
        string[] fields = stat?[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return fields.Length > 19 && fields[0] is not ("Z" or "X") ? fields[19] : null;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it ended, or is another user's
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int id, int signal);
}
