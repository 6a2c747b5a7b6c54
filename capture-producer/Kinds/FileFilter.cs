using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Kinds;

/// <summary>Which files of a watched folder are looked at: what is included (everything, where nothing is said) and not excluded.</summary>
internal static class FileFilter
{
    /// <summary>Why a file is left alone, for the screen; null when it is taken.</summary>
    /// <param name="watch">The folder's include and exclude.</param>
    /// <param name="path">Below the watched folder.</param>
    public static string? ReasonAgainst(WatchOptions watch, RawName path)
    {
        if (watch.Exclude.FirstOrDefault(p => p.IsMatch(path.Bytes.Span)) is { } pattern)
            return $"{RefusalRecord.LeftOut}\"exclude\" has {pattern}";
        return watch.Include.Count == 0 || watch.Include.Any(p => p.IsMatch(path.Bytes.Span))
            ? null
            : $"{RefusalRecord.LeftOut}it is none that \"include\" names";
    }
}
