namespace Wanda.PinningServer;

/// <summary>The folder that holds everything, for one server at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly DriveInfo _drive;

    /// <exception cref="IOException">Another server uses the folder, or it cannot be written.</exception>
    public DataFolder(PinningServerOptions options)
    {
        Root = Path.GetFullPath(options.DataFolder);
        Exposed = PrivateFolder.Open(Root, ServerDatabase.PathIn(Root));
        string path = Path.Combine(Root, "server.lock");
        try
        {
            // Quotas are counted in memory: a second server on the same folder would give room away twice.
            _lock = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException($"{Root} is in use by another pinning server. Stop that one, or give this one a folder of its own.", e);
        }

        _drive = new DriveInfo(Root);
    }

    public string Root { get; }

    /// <summary>Why others on this machine may read it; null when they cannot.</summary>
    public string? Exposed { get; }

    public string Blocks => Path.Combine(Root, "blocks");

    /// <summary>CARs that come in parts.</summary>
    public string Uploads => Path.Combine(Root, "uploads");

    public long TotalBytes => _drive.TotalSize;

    public long FreeBytes() => _drive.AvailableFreeSpace;

    /// <summary>How full a disk is, percent.</summary>
    public static long PercentUsed(long total, long free) => total > 0 ? 100 * (total - free) / total : 0;

    public void Dispose() => _lock.Dispose();
}
