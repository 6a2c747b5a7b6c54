using Wanda.CaptureProducer.Folders;

namespace Wanda.CaptureProducer.Watch;

/// <summary>Which folder is watched, and when a file in it counts as complete.</summary>
internal sealed record FolderWatchOptions
{
    /// <summary>The folder; it need not exist yet.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether files of subfolders, however deep, are taken too; default no. Links are never followed.</summary>
    public bool IncludeSubfolders { get; init; }

    /// <summary>Folders below it that are passed over, because this node writes to them.</summary>
    public OwnFolders Own { get; init; } = new([]);

    /// <summary>Whether the kernel is asked to tell of changes, where it can; default yes. Otherwise it is looked.</summary>
    public bool Events { get; init; } = true;

    /// <summary>
    /// Between two looks at files that are not complete, and at all of them where nobody tells of changes (network shares): 50 ms to
    /// 1 hour, default 1 second.
    /// </summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long length and time of a file must not change before it is taken: 0 to 1 hour, default 2 seconds. It is for files whose format
    /// says that they are complete.
    /// </summary>
    public TimeSpan QuietTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The same for formats that do not tell where they end (RAW, TIFF, unknown): default 10 seconds.</summary>
    public TimeSpan QuietTimeUnknown { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The same for files that are cut off, or held open for writing by some process: default 2 minutes. They are taken then all the same,
    /// because a poisoned image is still data.
    /// </summary>
    public TimeSpan QuietTimeDoubtful { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How many files that were there before are kept in mind at once, the oldest: an archive of years is looked through again for the
    /// next ones. Default 10,000, some megabytes.
    /// </summary>
    public int MostBacklog { get; init; } = 10_000;

    internal FolderWatchOptions Validated()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Folder);
        Check(Interval >= TimeSpan.FromMilliseconds(50) && Interval <= TimeSpan.FromHours(1), nameof(Interval),
            Interval, "50 ms to 1 hour");
        Check(QuietTime >= TimeSpan.Zero && QuietTime <= TimeSpan.FromHours(1), nameof(QuietTime), QuietTime, "0 to 1 hour");
        Check(QuietTimeUnknown >= QuietTime, nameof(QuietTimeUnknown), QuietTimeUnknown, $"at least {nameof(QuietTime)}, {QuietTime}");
        Check(QuietTimeDoubtful >= QuietTime, nameof(QuietTimeDoubtful), QuietTimeDoubtful, $"at least {nameof(QuietTime)}, {QuietTime}");
        return this;
    }

    private static void Check(bool holds, string name, object value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"Write {range}.");
    }
}
