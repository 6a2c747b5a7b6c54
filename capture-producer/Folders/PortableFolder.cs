using System.Text;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Folders;

/// <summary>
/// The folder where the system is not Linux: names are text there (Windows, macOS), and there are neither inodes nor times of change to be
/// had, so that a file is known by path, size and time.
/// </summary>
internal sealed class PortableFolder : SourceFolder
{
    public override FileLook RootLook() => Directory.Exists(Root)
        ? LookAt(new DirectoryInfo(Root))
        : throw new DirectoryNotFoundException($"There is no folder {Root}.");

    public override IReadOnlyList<FolderEntry> Entries(RawName? folder) =>
        [.. new DirectoryInfo(PathOf(folder)).EnumerateFileSystemInfos().Select(
            info => Join(folder, Encoding.UTF8.GetBytes(info.Name)) is { } path
                ? new FolderEntry(path, LookAt(info))
                : FolderEntry.TooDeep(folder!))];

    public override FileLook? Look(RawName path)
    {
        var full = PathOf(path);
        return File.Exists(full) ? LookAt(new FileInfo(full)) : null;
    }

    public override OpenedFile Open(RawName path)
    {
        var full = PathOf(path);
        if (LookAt(new FileInfo(full)).Kind != EntryKind.File)
            throw new IOException($"{path} is no regular file any more.");
        var handle = File.OpenHandle(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return new OpenedFile(handle, full, () => LookAt(new FileInfo(full)));
    }

    private static FileLook LookAt(FileSystemInfo info)
    {
        var kind = info.LinkTarget is not null ? EntryKind.Link : info is FileInfo ? EntryKind.File : EntryKind.Folder;
        return new FileLook(kind, info is FileInfo { Exists: true } file ? file.Length : 0, Modified(info), 0, 0, 0);
    }

    private static long Modified(FileSystemInfo info)
    {
        try
        {
            return Math.Clamp((info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks, 0, FileLook.Latest / 100) * 100;
        }
        catch (ArgumentOutOfRangeException)
        {
            return FileLook.Latest; // a time that no calendar has
        }
    }

    private string PathOf(RawName? path) => path is null ? Root : Path.Combine(Root, Encoding.UTF8.GetString(path.Bytes.Span));
}
