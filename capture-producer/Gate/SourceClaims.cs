using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Gate;

/// <summary>
/// Which capture a watched file is already (law 1). A look (inode, times, size) knows a file again cheaply; when the look is new, the
/// content's hash decides: a file whose bytes are those of a capture is that capture when it is the file that the capture was taken from
/// (renamed, its rights or times changed, rewritten with the same bytes), or stands where that one stood and that one is gone (written
/// anew, its disk mounted again). A second file beside the first, with the same bytes, is a capture of its own. The path alone never
/// decides.
/// </summary>
/// <param name="catalogue">Knows the captures.</param>
/// <param name="folders">The watched folders, by their sources' names.</param>
/// <param name="byContentAlone">
/// For an import: a file whose bytes are those of any capture is that one, wherever it lies. It is an old disk's second copy.
/// </param>
internal sealed class SourceClaims(
    Catalogue catalogue, IReadOnlyDictionary<string, SourceFolder> folders, bool byContentAlone = false)
{
    private const int MaxTwins = 1000;

    /// <summary>The capture, by the look alone; null when the content has to be read.</summary>
    public async Task<CaptureRecord?> FindAsync(SourceFolder folder, RawName path, FileLook look, CancellationToken cancellationToken)
    {
        if (await catalogue.Captures.FindBySourceKeyAsync(look.Key(path), cancellationToken) is { } known)
        {
            // Its folder was renamed, which its look does not tell. Of a file's two names (a hard link) the one on record stays.
            if (!path.Equals(known.SourcePath) && IsGone(known))
                await catalogue.Ledger.ApplyAsync(new Fact.Reclaimed(known, look.Key(path), path), cancellationToken);
            return known;
        }

        // How versions before 0.3 knew a file. Their word is taken: reading the archive of a year again would hold up the night.
        if (await catalogue.Captures.FindBySourceKeyAsync(KeyBefore(folder, path, look), cancellationToken) is not { } old)
            return null;
        await catalogue.Ledger.ApplyAsync(new Fact.Reclaimed(old, look.Key(path), path), cancellationToken);
        return old;
    }

    /// <summary>
    /// The capture, by the content; it is known by the new look from now on, unless a crash left it without its row: then it is not known
    /// as anything yet (<see cref="CaptureRecord.Recovered"/>). Null when the file is a new capture.
    /// </summary>
    public async Task<CaptureRecord?> FindAsync(
        string source, SourceFolder folder, RawName path, FileLook look, string sha256, CancellationToken cancellationToken)
    {
        if (byContentAlone && await catalogue.Captures.FindByContentAsync(sha256, cancellationToken) is { } same)
            return same;
        var twins = await catalogue.Captures.WatchedByContentAsync(sha256, MaxTwins, cancellationToken);
        var known = twins.FirstOrDefault(c => IsTakenFrom(c, path, look))
            ?? twins.FirstOrDefault(c => StoodHere(c, source, folder, path, look) && IsGone(c));
        if (known is { Source: not CaptureRecord.Recovered })
            await catalogue.Ledger.ApplyAsync(new Fact.Reclaimed(known, look.Key(path), path), cancellationToken);
        return known;
    }

    /// <summary>Whether a capture was taken from this very file. Where births are not told, an inode may be a later file's.</summary>
    private static bool IsTakenFrom(CaptureRecord capture, RawName path, FileLook look) =>
        capture.SourceKey is { } key && look.IsOf(key) switch
        {
            true => true,
            null => look.HasInodeOf(key) && (path.Equals(capture.SourcePath) || look.HasTimeOf(key)),
            false => false,
        };

    /// <summary>Whether a file could be the one that a capture was taken from, had that one gone.</summary>
    private bool StoodHere(CaptureRecord capture, string source, SourceFolder folder, RawName path, FileLook look)
    {
        if (capture.SourceKey is not { } key)
            return true; // left by a crash: its file is not on record
        if (capture.Source != source && folders.ContainsKey(capture.Source))
            return false;
        return path.Equals(capture.SourcePath) || look.HasTimeOf(key) || key.StartsWith(KeyBefore(folder, path), StringComparison.Ordinal);
    }

    private bool IsGone(CaptureRecord capture)
    {
        if (capture is not { SourceKey: { } key, SourcePath: { } path } || !folders.TryGetValue(capture.Source, out var folder))
            return true;
        try
        {
            return folder.Look(path)?.IsOf(key) is not true && !FileLook.HadOtherNames(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // It cannot be told: two captures of the same bytes are better than one too few.
        }
    }

    private static string KeyBefore(SourceFolder folder, RawName path, FileLook look) =>
        $"{KeyBefore(folder, path)}{look.SizeBytes}|{look.ModifiedAt?.UtcTicks}";

    private static string KeyBefore(SourceFolder folder, RawName path) =>
        $"{Path.Combine(Path.GetFullPath(folder.Root), System.Text.Encoding.UTF8.GetString(path.Bytes.Span))}|";
}
