using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>What became of a source's files, counted, in words.</summary>
internal static class SourceOriginals
{
    /// <summary>Of one source; null where its files are never touched, and never were.</summary>
    public static OriginalsView? Of(AdoptionRecord? word, IReadOnlyList<OriginalCount> counts, string place)
    {
        if (word is null && counts.Count == 0)
            return null;
        var freed = counts.Where(c => c.State == OriginalState.Freed).ToList();
        var kept = counts.Where(c => c is { State: OriginalState.Here or OriginalState.Freeing, Released: true }).ToList();
        var waiting = counts.Where(c => c is
        {
            State: OriginalState.Here or OriginalState.InPlace or OriginalState.Freeing,
            Released: false,
        }).Sum(c => c.Files);
        var others = counts.Where(c => c.State is OriginalState.Replaced or OriginalState.Gone).Sum(c => c.Files);
        var (files, bytes) = (kept.Sum(c => c.Files), kept.Sum(c => c.Bytes));
        var words = $"Originals: {freed.Sum(c => c.Files):N0} freed ({new ByteSize(freed.Sum(c => c.Bytes))}), {waiting:N0} stay until "
            + $"their frames are freed{(files > 0 ? $", {files:N0} kept although they are ({new ByteSize(bytes)})" : "")}"
            + $"{(others > 0 ? $", {others:N0} replaced or removed by others" : "")}{(word is null ? "; none is freed now" : "")}";
        var problem = word?.Problem is { } reason ? Problem(files, place, reason) : null;
        return new(word?.Since, freed.Sum(c => c.Files), freed.Sum(c => c.Bytes), waiting, files, bytes, others, words, problem,
            word?.ProblemSince);
    }

    private static string Problem(long files, string place, string reason) =>
        $"{files:N0} {(files == 1 ? "original" : "originals")} in {place} cannot be removed: {reason.TrimEnd('.')}. Do: run the node "
            + "as the folder's owner, or give its user the right to write there, and its unit the path (docs/operations.md, \"A folder "
            + "that is emptied\"). It is tried again by itself.";
}
