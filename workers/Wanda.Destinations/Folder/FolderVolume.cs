using Files.Shared;
using Microsoft.Win32.SafeHandles;
using Wanda.Destinations.Files;

namespace Wanda.Destinations.Folder;

/// <summary>A folder that is held open: should its disk be unmounted, nothing is written to the mount point that is left (law 5).</summary>
internal sealed class FolderVolume : IVolume
{
    private readonly SafeFileHandle? _held;
    private readonly string _root;

    public FolderVolume(string path)
    {
        _held = Posix.HoldFolder(path);
        _root = _held is null ? path : $"/proc/self/fd/{_held.DangerousGetHandle()}";
    }

    /// <summary>The folder itself, whatever symbolic links led there.</summary>
    public string RealPath => _held is null ? _root : new FileInfo(_root).LinkTarget ?? _root;

    /// <summary>The number of the mount that the open folder is on; null where the system does not tell.</summary>
    public int? Mount
    {
        get
        {
            const string Line = "mnt_id:";
            return _held is not null && File.ReadLines($"/proc/self/fdinfo/{_held.DangerousGetHandle()}")
                    .FirstOrDefault(l => l.StartsWith(Line, StringComparison.Ordinal)) is { } told
                && int.TryParse(told.AsSpan(Line.Length), out var id)
                ? id
                : null;
        }
    }

    public async Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var full = Path.Combine(_root, path);
        var folder = Path.GetDirectoryName(full)!;
        if (folder != _root)
            DurableFile.CreateDirectory(folder);
        // What a process that was killed in the middle left of this very file.
        foreach (var left in Directory.EnumerateFiles(folder, $"{Path.GetFileName(full)}.*{DurableFile.TemporarySuffix}"))
            File.Delete(left);
        // No file goes over a folder: what somebody made there is kept beside it.
        if (Directory.Exists(full))
            Directory.Move(full, $"{full}.{Guid.NewGuid():N}");
        await DurableFile.WriteAsync(full, overwrite: true, write, cancellationToken);
    }

    public Task<Stream?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var full = Path.Combine(_root, path);
        try
        {
            if (FileIdentity.Of(full) is null)
                return Task.FromResult<Stream?>(null); // a pipe in its place would be waited for
            var file = new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.Read, 0,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
            Posix.DropCache(file.SafeFileHandle);
            return Task.FromResult<Stream?>(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        DurableFile.Delete(Path.Combine(_root, path));
        return Task.CompletedTask;
    }

    public void Dispose() => _held?.Dispose();
}
