using Wanda.Hosting;

namespace Wanda.CaptureProducer.Folders;

/// <summary>
/// What this node writes itself: its data, its frames, the folders that are its destinations. Where one lies below a watched folder it is
/// passed over, or each frame that is taken would come again, for ever. It is known by its inode, so that no link or second mount hides it.
/// </summary>
/// <param name="paths">They; with <c>*</c> for names that change.</param>
internal sealed class OwnFolders(IReadOnlyList<string> paths)
{
    /// <summary>Of a node.</summary>
    public static OwnFolders Of(WandaOptions options) =>
        new([options.Data, options.Storage.Root!, .. options.Destinations.Select(d => d.Path).OfType<string>()]);

    /// <summary>Those that are there now.</summary>
    public Func<FileLook, bool> Now()
    {
        var looks = paths.SelectMany(FolderPattern.Matches).Select(TryLook).OfType<FileLook>().Select(Identity).ToHashSet();
        return folder => looks.Contains(Identity(folder));
    }

    private static (long Inode, long BornNs) Identity(FileLook look) => (look.Inode, look.BornNs);

    private static FileLook? TryLook(string path)
    {
        try
        {
            return SourceFolder.At(path).RootLook() is { Inode: not 0 } look ? look : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
