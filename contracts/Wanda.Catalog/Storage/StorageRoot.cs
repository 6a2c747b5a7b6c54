using System.Text.Json;
using Files.Shared;
using Wanda.Contracts;

namespace Wanda.Catalog;

/// <summary>
/// The folder that holds the sessions. It carries an id file; a root without it is an unmounted disk and is neither written nor reconciled
/// (law 5): absence is no evidence of release.
/// </summary>
public sealed class StorageRoot
{
    /// <summary>
    /// The id file's name. Beside it lie sessions' folders alone, and no session's name begins with a dot: nothing captured reaches it.
    /// </summary>
    public const string IdFileName = ".wanda-storage.json";

    private const int MaxIdFileBytes = 4096;

    private StorageRoot(string path, string id) => (Path, Id) = (path, id);

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>The id in its id file.</summary>
    public string Id { get; }

    /// <summary>
    /// The root that belongs to this catalogue. On the very first start (the catalogue knows no root) the folder is taken: its id file is
    /// made, or the one that lies there is adopted, as after the catalogue was lost. Later a missing root is no error here: a node whose
    /// disk is not mounted still shows what it knows; <see cref="EnsurePresentAsync"/> guards every use.
    /// </summary>
    public static async Task<StorageRoot> OpenAsync(string path, Catalogue catalogue, CancellationToken cancellationToken)
    {
        path = System.IO.Path.GetFullPath(path);
        var expected = await catalogue.Node.StorageRootIdAsync(cancellationToken);
        if (expected is null)
        {
            DurableFile.CreateDirectory(path);
            expected = await ReadIdAsync(path, cancellationToken) ?? await CreateAsync(path, cancellationToken);
            await catalogue.Node.BindStorageRootAsync(expected, cancellationToken);
        }

        return new StorageRoot(path, expected);
    }

    /// <summary>
    /// Checks that the root is still there. Call it before writing to it, and before concluding anything from a missing file.
    /// </summary>
    /// <exception cref="StorageRootException">It is not.</exception>
    public async Task EnsurePresentAsync(CancellationToken cancellationToken)
    {
        var id = await ReadIdAsync(Path, cancellationToken);
        if (id is null)
        {
            throw new StorageRootException(
                $"The storage folder {Path} has no {IdFileName}: its disk is not mounted. Nothing is written, released or reconciled "
                    + "until it is back. Mount it; if you moved the frames on purpose, move that file with them.");
        }

        if (id != Id)
        {
            throw new StorageRootException(
                $"The storage folder {Path} carries the id {id}, and this node's frames are on {Id}: another disk is mounted there. "
                    + "Mount the right one, or give this node its own data folder.");
        }
    }

    /// <summary>The absolute path of something below the root.</summary>
    /// <exception cref="ArgumentException">The path leads out of the root.</exception>
    public string Resolve(string relative)
    {
        var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, relative));
        return full.StartsWith(Path + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new ArgumentException($"'{relative}' leads out of the storage folder {Path}.", nameof(relative));
    }

    /// <summary>A session's folder.</summary>
    public string FolderOf(SessionName session) => Resolve(session.Value);

    /// <summary>Bytes that can still be written.</summary>
    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    /// <summary>Bytes of the whole disk, free or not.</summary>
    public long TotalBytes => new DriveInfo(Path).TotalSize;

    private static async Task<string> CreateAsync(string path, CancellationToken cancellationToken)
    {
        var (id, file) = (Guid.NewGuid().ToString(), System.IO.Path.Combine(path, IdFileName));
        try
        {
            await DurableFile.WriteAsync(file, overwrite: false,
                stream => JsonSerializer.SerializeAsync(stream, new IdFile(id), cancellationToken: cancellationToken), cancellationToken);
            return id;
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another process, or whoever mounted the disk, was faster. The file is whole: it got its name when it was.
            return await ReadIdAsync(path, cancellationToken) ?? throw new StorageRootException($"{file} came and went. Start again.");
        }
    }

    private static async Task<string?> ReadIdAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(System.IO.Path.Combine(path, IdFileName));
        if (!file.Exists)
            return null;
        if (file.Length > MaxIdFileBytes)
        {
            throw new StorageRootException(
                $"{file.FullName} is {file.Length:N0} bytes: that is no storage id file. Restore it, or ask whose it is.");
        }

        try
        {
            await using var stream = file.OpenRead();
            return (await JsonSerializer.DeserializeAsync<IdFile>(stream, cancellationToken: cancellationToken))?.Id
                ?? throw new JsonException("it holds no id");
        }
        catch (JsonException e)
        {
            throw new StorageRootException($"{file.FullName} cannot be read as a storage id file: {e.Message} Restore it from a backup.");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private sealed record IdFile(string Id);
}

/// <summary>The storage root is not there, or is another one. Nothing was written; the message says what to do.</summary>
public sealed class StorageRootException(string message) : Exception(message);
