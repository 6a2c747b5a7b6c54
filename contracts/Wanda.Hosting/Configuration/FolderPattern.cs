namespace Wanda.Hosting;

/// <summary>A path with <c>*</c> for some of its names, as <c>/media/*/wanda</c>.</summary>
public static class FolderPattern
{
    /// <summary>The folders that are there for it, in the order of their names.</summary>
    public static IEnumerable<string> Matches(string path)
    {
        IEnumerable<string> folders = [Path.GetPathRoot(path)!];
        foreach (var name in path[Path.GetPathRoot(path)!.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries))
            folders = folders.SelectMany(folder => name.Contains('*') ? Below(folder, name) : [Path.Combine(folder, name)]);
        return folders.Where(Directory.Exists);
    }

    private static IEnumerable<string> Below(string folder, string pattern)
    {
        try
        {
            return Directory.GetDirectories(folder, pattern).Order(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // not mounted, or another user's
        }
    }
}
