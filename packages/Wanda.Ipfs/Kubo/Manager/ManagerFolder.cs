namespace Wanda.Ipfs;

/// <summary>
/// Our own folder beside a managed repository, with the lock that keeps a second manager off, and the disk that both are on.
/// </summary>
internal sealed class ManagerFolder(KuboManagerOptions options) : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int WouldBlock = 11; // EWOULDBLOCK of flock(2)

    private FileStream? _lock;

    /// <summary>Whether the disk has less room than a daemon needs.</summary>
    public bool IsFull => FreeBytes() < options.MinFreeBytes;

    /// <summary>The same, for the operator.</summary>
    public string Full => $"The disk of {options.Repository} is full: {FreeBytes() >> 20} MB are free, and "
        + $"{options.MinFreeBytes >> 20} MB are needed. Free some room; it goes on by itself.";

    /// <summary>Takes the lock; it goes with the process, however that ends.</summary>
    /// <exception cref="KuboTroubleException">Another process has it.</exception>
    public void Lock()
    {
        if (_lock is not null)
            return;
        Make(options.RunFolder);
        try
        {
            _lock = new(Path.Combine(options.RunFolder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new KuboTroubleException(KuboTrouble.Locked, $"Another process of ours runs the Kubo of {options.Repository}. One node "
                + "a repository: give this one its own data folder.", e);
        }
    }

    /// <summary>Makes our folder; whoever made it, only its owner comes to the socket in it.</summary>
    public static void Make(string folder)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, Private);
    }

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    private long FreeBytes()
    {
        string? at = options.Repository;
        while (at is not null && !Directory.Exists(at))
            at = Path.GetDirectoryName(at);
        return at is null ? long.MaxValue : new DriveInfo(at).AvailableFreeSpace;
    }
}
