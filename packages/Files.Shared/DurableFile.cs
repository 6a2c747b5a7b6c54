namespace Files.Shared;

/// <summary>Files that are whole under their name or not there, and stay so through a power cut (law 1).</summary>
internal static class DurableFile
{
    /// <summary>The ending of files that are being written.</summary>
    public const string TemporarySuffix = ".wanda-tmp";

    /// <summary>
    /// Writes a file under a temporary name, fsyncs it, renames it and fsyncs the folder: after a power cut there is the old file or the
    /// new one, never a part.
    /// </summary>
    /// <exception cref="IOException">The file exists and <paramref name="overwrite"/> is false, or the disk refuses.</exception>
    public static Task WriteAsync(string path, bool overwrite, Func<FileStream, Task> write, CancellationToken cancellationToken) =>
        WriteAsync(path, TemporaryOf(path), overwrite, write, cancellationToken);

    /// <summary>
    /// The same for a file whose folder holds names of others: the temporary file, under a name that is never the same, lies in
    /// <paramref name="temporaries"/>, which is made when it is missing and is on the same file system.
    /// </summary>
    /// <inheritdoc cref="WriteAsync(string, bool, Func{FileStream, Task}, CancellationToken)"/>
    public static async Task WriteApartAsync(
        string path, string temporaries, bool overwrite, Func<FileStream, Task> write, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(temporaries);
        var temporary = Path.Combine(temporaries, $"{Guid.NewGuid():N}{TemporarySuffix}");
        await WriteAsync(path, temporary, overwrite, write, cancellationToken).ConfigureAwait(false);
        // Where a rename is two changes on disk (FAT), the old name could come back after a power cut, and whoever deletes that deletes
        // the file.
        SyncFolder(temporaries);
    }

    /// <summary>The same by a temporary name of the caller's in the same folder, which nobody has.</summary>
    /// <inheritdoc cref="WriteAsync(string, bool, Func{FileStream, Task}, CancellationToken)"/>
    public static async Task WriteAsync(
        string path, string temporary, bool overwrite, Func<FileStream, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                stream.Flush(flushToDisk: true);
            }

            Rename(temporary, path, overwrite);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// As <see cref="WriteAsync(string, bool, Func{FileStream, Task}, CancellationToken)"/>, for a secret: readable by its owner alone
    /// (mode 600) from its first byte, and never overwritten.
    /// </summary>
    /// <remarks>Windows has no mode: there the folder's access list has to do the protecting.</remarks>
    /// <exception cref="IOException">The file exists, or the disk refuses.</exception>
    public static void WriteSecret(string path, ReadOnlySpan<byte> content)
    {
        var temporary = TemporaryOf(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            Rename(temporary, path, overwrite: false);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes a folder and makes it durable in its parent.</summary>
    public static void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
            return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        CreateDirectory(parent);
        Directory.CreateDirectory(path);
        SyncFolder(parent);
    }

    /// <summary>Gives a file another name in its folder and makes that durable.</summary>
    /// <exception cref="IOException">The name is taken, or the disk refuses.</exception>
    public static void Rename(string path, string to)
    {
        Rename(path, to, overwrite: false);
        SyncFolder(Path.GetDirectoryName(to)!);
    }

    /// <summary>
    /// Deletes a file and makes that durable. One that is gone already may have gone in a crash: the folder is synced all the same.
    /// </summary>
    public static void Delete(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
            return;
        File.Delete(path);
        SyncFolder(folder);
    }

    /// <summary>
    /// Gives a file another name that nobody has, perhaps in another folder of the same file system, which is made when it is missing.
    /// </summary>
    /// <exception cref="IOException">The name is taken, the file is not there, or the disk refuses.</exception>
    public static void Move(string from, string to)
    {
        CreateDirectory(Path.GetDirectoryName(to)!);
        Rename(from, to, overwrite: false);
        SyncFolder(Path.GetDirectoryName(to)!);
        SyncFolder(Path.GetDirectoryName(from)!);
    }

    /// <summary>Forces the data of a file that was written before to disk.</summary>
    public static void Sync(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Forces a folder's names (creations, renames, deletions) to disk.</summary>
    /// <exception cref="IOException">The folder cannot be opened or synced.</exception>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            WindowsFolder.Flush(path);
        else
            Posix.FsyncFolder(path);
    }

    /// <summary>Gives a file, or a link, another name, which is not on disk before its folder is synced.</summary>
    /// <exception cref="IOException">The name is taken and <paramref name="overwrite"/> is false, or the disk refuses.</exception>
    // File.Move looks whether the name is free, and then renames over whatever is there: of two who do so at once the first would lose its
    // file.
    public static void Rename(string temporary, string path, bool overwrite)
    {
        if (overwrite || !Posix.TryRenameNew(temporary, path))
            File.Move(temporary, path, overwrite);
    }

    private static string TemporaryOf(string path) => $"{path}.{Guid.NewGuid():N}{TemporarySuffix}";
}
