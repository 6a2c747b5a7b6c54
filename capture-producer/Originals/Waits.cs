using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Originals;

/// <summary>Which originals of a folder, and which folders below it, are tried again when: no refusal is asked for over and over.</summary>
internal sealed class Waits(TimeProvider time)
{
    private const int Most = 100_000;
    private const int FilesRefused = 3; // that are no chance any more: the folder they lie in lets nothing go
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromHours(1);

    private readonly Dictionary<CaptureId, (string? Key, long Due)> _files = [];
    private readonly Dictionary<string, (int Times, long Due)> _folders = [];

    /// <summary>One round at a time: what is aside in one is what a crash left to another.</summary>
    public SemaphoreSlim One { get; } = new(1, 1);

    /// <summary>Whether nothing is tried now in some folder.</summary>
    public bool HasPaused => _folders.Values.Any(f => f.Due > time.GetTimestamp());

    /// <summary>Whether one is looked at now; one that is known by another look since is so at once.</summary>
    public bool IsDue(CaptureRecord capture)
    {
        var now = time.GetTimestamp();
        return !(_folders.TryGetValue(FolderOf(capture), out var folder) && now < folder.Due)
            && !(_files.TryGetValue(capture.Id, out var file) && file.Key == capture.SourceKey && now < file.Due);
    }

    /// <summary>It stays for now.</summary>
    /// <param name="capture">Its frame.</param>
    /// <param name="wasRead">Whether that was found out by reading it all.</param>
    public void Wait(CaptureRecord capture, bool wasRead)
    {
        if (_files.Count >= Most)
            _files.Clear();
        _files[capture.Id] = (capture.SourceKey, After(wasRead ? Longest : Shortest));
    }

    /// <summary>It may not be removed: nor may, most likely, what lies beside it.</summary>
    /// <param name="capture">Its frame.</param>
    /// <param name="byFolder">Whether its folder says so; otherwise it may be this file alone.</param>
    public void Refused(CaptureRecord capture, bool byFolder)
    {
        if (_folders.Count >= Most)
            _folders.Clear();
        var folder = FolderOf(capture);
        var times = (_folders.TryGetValue(folder, out var before) ? before.Times : 0) + 1;
        var pause = Shortest * Math.Pow(2, Math.Min(times, 10) - 1);
        _folders[folder] = (times, byFolder || times >= FilesRefused ? After(pause < Longest ? pause : Longest) : 0);
    }

    /// <summary>It is gone: its folder lets things go.</summary>
    public void Allowed(CaptureRecord capture) => _folders.Remove(FolderOf(capture));

    private static string FolderOf(CaptureRecord capture)
    {
        var path = $"{capture.SourcePath}";
        return path[..Math.Max(path.LastIndexOf('/'), 0)];
    }

    private long After(TimeSpan span) => time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);
}
