namespace Sqlite.Shared;

/// <summary>An exclusive lock between processes, by a file. The system frees it when its process dies.</summary>
internal interface IFileLock : IDisposable
{
    /// <summary>Takes it, or answers false when another has it.</summary>
    /// <exception cref="IOException">The system cannot tell.</exception>
    bool TryTake();

    /// <summary>Blocks until it is taken.</summary>
    /// <exception cref="IOException">The system cannot tell.</exception>
    void Take();

    void Release();
}

/// <summary>Opens lock files the way the system has.</summary>
internal static class FileLock
{
    /// <summary>Opens a lock file, creating it when missing. No child process inherits it.</summary>
    /// <exception cref="IOException">It cannot be opened for writing.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be opened for writing.</exception>
    public static IFileLock Open(string path) =>
        Portability.Is(Portability.OnlyPortable) ? new PortableFileLock(path)
        : OperatingSystem.IsWindows() ? new WindowsFileLock(path)
        : new PosixFileLock(path);
}
