using System.Text;
using Microsoft.Win32.SafeHandles;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Folders;

/// <summary>A name in a folder, and what it was when it was looked at.</summary>
/// <param name="Path">Below the watched folder, with '/'.</param>
/// <param name="Look">What it is; null when it cannot be told.</param>
internal readonly record struct FolderEntry(RawName Path, FileLook? Look)
{
    /// <summary>What <see cref="Path"/> is, as far as that can be told.</summary>
    public EntryKind Kind { get; init; }

    /// <summary>Why there is no look.</summary>
    public Refusal? Problem { get; init; }

    /// <summary>A folder in which something lies whose path is longer than any that is taken.</summary>
    public static FolderEntry TooDeep(RawName folder) => new(folder, null)
    {
        Kind = EntryKind.Folder,
        Problem = new(RefusalCode.PathTooLong, $"{RawName.MaxBytes}"),
    };
}

/// <summary>
/// A folder that another program writes to, read without following a link below it and without being held up by what is no file. It is
/// opened anew by each call: what is mounted there may change.
/// </summary>
internal abstract class SourceFolder
{
    /// <summary>The folder's path as configured.</summary>
    public required string Root { get; init; }

    /// <summary>The way that this system has.</summary>
    public static SourceFolder At(string path) =>
        OperatingSystem.IsLinux() ? new PosixFolder { Root = path } : new PortableFolder { Root = path };

    /// <summary>The folder itself, as it is now.</summary>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public abstract FileLook RootLook();

    /// <summary>What is in a folder, in no order. Entries that vanish meanwhile are left out.</summary>
    /// <param name="folder">Below the root; null for the root.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public abstract IReadOnlyList<FolderEntry> Entries(RawName? folder);

    /// <summary>The whole path of something in it; null where its bytes are no text, so that no path of .NET's leads there.</summary>
    public string? WholePathOf(RawName path)
    {
        var text = Encoding.UTF8.GetString(path.Bytes.Span);
        return Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(path.Bytes.Span) ? Path.Combine(Path.GetFullPath(Root), text) : null;
    }

    /// <summary>What lies at a path now; null when there is nothing, or a link on the way to it.</summary>
    public abstract FileLook? Look(RawName path);

    /// <summary>Opens a regular file for reading.</summary>
    /// <exception cref="IOException">It is not there, is none, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public abstract OpenedFile Open(RawName path);

    /// <summary>Opens a regular file that is to be removed; null when there is none, or a link in its place.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public virtual HeldOriginal? Hold(RawName path) => throw new PlatformNotSupportedException("Originals are removed on Linux alone.");

    /// <summary>A file that a crash left aside has its name again, or another where that is taken.</summary>
    /// <param name="path">Where it lay.</param>
    /// <param name="aside">What it is called beside that.</param>
    /// <param name="other">The other name; null: it has its own, or none is aside.</param>
    /// <returns>Whether one was aside.</returns>
    /// <inheritdoc cref="Hold" path="/exception"/>
    public virtual bool PutBack(RawName path, RawName aside, out RawName? other)
    {
        other = null;
        return false;
    }

    /// <summary>The path of something in a folder; null when it is longer than any path that is taken.</summary>
    protected static RawName? Join(RawName? folder, ReadOnlySpan<byte> name)
    {
        if (folder is null)
            return new RawName(name);
        var bytes = folder.Bytes.Span;
        return bytes.Length + 1 + name.Length > RawName.MaxBytes ? null : new RawName([.. bytes, (byte)'/', .. name]);
    }
}

/// <summary>A file of another program, open: whatever becomes of its name, this stays the file that was opened.</summary>
internal sealed class OpenedFile(SafeFileHandle handle, string path, Func<FileLook> look) : IDisposable
{
    /// <summary>The open file.</summary>
    public SafeFileHandle Handle => handle;

    /// <summary>A path by which libraries read this very file, as long as it is open here.</summary>
    public string Path => path;

    /// <summary>The same file once more, from its beginning.</summary>
    public FileStream Read() => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0,
        FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>What it is now.</summary>
    public FileLook Look() => look();

    public void Dispose() => handle.Dispose();
}
