using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sqlite.Shared;

namespace Wanda.Ipfs;

/// <summary>
/// The file systems of a repository on this machine, which we flush for a daemon that does not. They are held open from before what it
/// takes: an error of a write is told to those who had them open then.
/// </summary>
/// <remarks>
/// After an error it is believed no more: the pages that were not written count as clean, and are read back well until the memory forgets
/// them. Source: syncfs(2), which tells of errors from Linux 5.8 on.
/// </remarks>
internal sealed partial class KuboDisk : IDisposable
{
    private static readonly Version Since = new(5, 8);

    /// <summary>ext4, xfs, btrfs, f2fs: those whose syncfs is known to reach the disk and to tell of errors.</summary>
    private static readonly uint[] Known = [0xef53, 0x58465342, 0x9123683e, 0xf2f52010];

    private readonly SemaphoreSlim _one = new(1);
    private readonly List<(string Path, FileNode Node, SafeFileHandle Handle)> _folders = [];
    private long _asked;
    private long _done;
    private volatile string? _failed;

    private KuboDisk(string repository) => Repository = repository;

    public string Repository { get; }

    /// <summary>Why nothing is flushed by it any more; null when it is.</summary>
    public string? Failed => _failed;

    /// <summary>Whether something else is in the place of what is held open.</summary>
    public bool IsStale => _folders.Any(f => FileNode.Of(f.Path) != f.Node);

    /// <exception cref="IOException">It cannot be flushed from here; the message says why.</exception>
    public static KuboDisk Open(string repository)
    {
        if (!OperatingSystem.IsLinux() || Environment.OSVersion.Version < Since)
            throw new IOException($"this system is no Linux {Since} or newer, whose syncfs tells of errors.");
        var disk = new KuboDisk(repository);
        try
        {
            disk.Hold(repository);
            disk.Hold(KuboRepository.BlocksOf(repository)); // which may be another disk
            return disk;
        }
        catch
        {
            disk.Dispose();
            throw;
        }
    }

    /// <summary>Flushes all that was written before; those who ask meanwhile share the next turn.</summary>
    /// <exception cref="IOException">It may not be on the disk.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        long turn = Interlocked.Increment(ref _asked);
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_done < turn && _failed is null)
            {
                long upTo = Volatile.Read(ref _asked);
                await Task.Run(Flush, CancellationToken.None).ConfigureAwait(false);
                _done = upTo;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _failed = e.Message;
        }
        finally
        {
            _one.Release();
        }

        if (_failed is { } failed)
            throw new IOException(failed);
    }

    public void Dispose() => _folders.ForEach(f => f.Handle.Dispose());

    private void Hold(string path)
    {
        var handle = Files.Shared.Posix.HoldFolder(path)!;
        var node = FileNode.Of(path) ?? throw new IOException($"{path} is gone.");
        _folders.Add((path, node, handle));
        Span<byte> stat = stackalloc byte[256];
        if (Statfs(handle, ref MemoryMarshal.GetReference(stat)) != 0)
            throw new IOException($"the file system of {path} does not tell what it is: {Marshal.GetLastPInvokeErrorMessage()}.");
        uint type = (uint)MemoryMarshal.Read<nint>(stat);
        if (!Known.Contains(type))
            throw new IOException($"{path} is on a file system (0x{type:x}) other than ext4, xfs, btrfs and f2fs.");
    }

    private void Flush()
    {
        if (IsStale)
            throw new IOException($"{Repository} is another folder than it was.");
        foreach (var (path, _, handle) in _folders)
        {
            if (Syncfs(handle) != 0)
            {
                throw new IOException($"the disk of {path} did not write all of it ({Marshal.GetLastPInvokeErrorMessage()}). Look at "
                    + "that disk, and start this machine again: until then what is not on it looks well.");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int Syncfs(SafeFileHandle folder);

    // Of struct statfs the type alone is read: it is the first word of it everywhere.
    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int Statfs(SafeFileHandle folder, ref byte buffer);
}
