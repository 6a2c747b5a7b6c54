using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Kinds;

/// <summary>Which files of a watched folder are looked at: what is included (everything, where nothing is said) and not excluded.</summary>
internal static class FileFilter
{
    /// <summary>Why a file is left alone; null when it is taken.</summary>
    /// <param name="watch">The folder's include and exclude, or its preset's.</param>
    /// <param name="path">Below the watched folder.</param>
    /// <param name="kind">What it is: what "include" names is in folders that it does not name.</param>
    public static Refusal? ReasonAgainst(WatchOptions watch, RawName path, EntryKind kind)
    {
        var isFolder = kind == EntryKind.Folder;
        byte[] within = isFolder ? [.. path.Bytes.Span, (byte)'/'] : [];
        if (watch.Excluded.FirstOrDefault(p => p.IsMatch(path.Bytes.Span) || (isFolder && p.IsMatch(within))) is { } pattern)
            return new Refusal(RefusalCode.Excluded, pattern.ToString());
        return isFolder || watch.Included.Count == 0 || watch.Included.Any(p => p.IsMatch(path.Bytes.Span))
            ? null
            : new Refusal(RefusalCode.NotIncluded);
    }
}
