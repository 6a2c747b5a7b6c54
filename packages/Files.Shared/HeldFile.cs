using Microsoft.Win32.SafeHandles;

namespace Files.Shared;

/// <summary>
/// One regular file, held open: what is done with it is done with this very file, whatever its path leads to by then. While it is held its
/// inode cannot become another file's.
/// </summary>
/// <remarks>Anywhere but on Linux it is told by its length and time alone.</remarks>
internal sealed class HeldFile : IDisposable
{
    private readonly string _path;
    private readonly string? _target;
    private readonly SafeFileHandle? _folder;
    private readonly SafeFileHandle _file;
    private readonly (FileIdentity File, long ChangedNs) _held;

    private HeldFile(string path, string? target, SafeFileHandle? folder, SafeFileHandle file)
    {
        (_path, _target, _folder, _file) = (path, target, folder, file);
        _held = Look();
    }

    /// <summary>What it was when it was opened.</summary>
    public FileIdentity Identity => _held.File;

    /// <summary>Whether the path is a link to it.</summary>
    public bool IsLinked => _target is not null;

    /// <summary>Opens the regular file at a path; null when there is none.</summary>
    /// <param name="path">The path.</param>
    /// <param name="followsLink">
    /// Whether it may be a link to a file, which is held then; it is the link that can be deleted. Otherwise a link counts as none.
    /// </param>
    /// <exception cref="IOException">It cannot be told, or not opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static HeldFile? Open(string path, bool followsLink = false)
    {
        if (FileIdentity.Of(path) is null)
            return null;
        SafeFileHandle? folder = null, file = null;
        try
        {
            folder = Posix.HoldFolder(Path.GetDirectoryName(path)!);
            if (folder is not null && Posix.IdentityIn(folder, Path.GetFileName(path)) is null)
            {
                if (!followsLink || LinkedFile.TargetOf(path) is not { } target || (file = LinkedFile.Open(target)) is null)
                    return null; // a link in its place
                return Take(new HeldFile(path, target, folder, file));
            }

            file = folder is null
                ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous)
                : Posix.OpenIn(folder, Path.GetFileName(path));
            return file is null ? null : Take(new HeldFile(path, null, folder, file));
        }
        finally
        {
            file?.Dispose();
            folder?.Dispose();
        }

        HeldFile Take(HeldFile held)
        {
            (folder, file) = (null, null);
            return held;
        }
    }

    /// <summary>Its content from the beginning.</summary>
    public Stream Read() => new HeldStream(_file);

    /// <summary>Whether anybody wrote to it, or changed its name or mode, since it was opened.</summary>
    public bool WasWritten() => Look() != _held;

    /// <summary>Whether its path leads to it now, and it is as it was when it was opened.</summary>
    public bool IsInPlace() => _folder is null
        ? FileIdentity.Of(_path) == _held.File
        : _target is not null
        ? LinkedFile.TargetOf(_path) == _target && LinkedFile.IdentityOf(_target) == _held
        : Posix.IdentityIn(_folder, Path.GetFileName(_path)) == _held;

    /// <summary>Why its folder lets nothing be deleted; null when it does.</summary>
    public string? WhyItStays() => _folder is null ? null : Posix.WhyReadOnly(Path.GetDirectoryName(_path)!);

    /// <summary>Deletes it, if its path still leads to it as it was opened, and makes that durable.</summary>
    /// <returns>False when the path leads elsewhere by now: what is there was left alone.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public bool Delete()
    {
        if (!IsInPlace())
            return false;
        if (_folder is null)
            DurableFile.Delete(_path);
        else
            Posix.DeleteIn(_folder, Path.GetFileName(_path));
        return true;
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder?.Dispose();
    }

    private (FileIdentity File, long ChangedNs) Look() => _folder is not null
        ? Posix.IdentityOf(_file)
        : FileIdentity.Of(_path) is { } found ? (found, 0) : throw new FileNotFoundException($"{_path} vanished.", _path);

    /// <summary>Reads a handle that somebody else closes.</summary>
    private sealed class HeldStream(SafeFileHandle file) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => RandomAccess.GetLength(file);

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = RandomAccess.Read(file, buffer, Position);
            Position += read;
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await RandomAccess.ReadAsync(file, buffer, Position, cancellationToken).ConfigureAwait(false);
            Position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
