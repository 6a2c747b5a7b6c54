using System.Text;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>The captures of a folder.</summary>
/// <param name="Files">All their names, newest first.</param>
/// <param name="Captures">The newest of them, with what is known of each.</param>
public sealed record CaptureListing(IReadOnlyList<string> Files, IReadOnlyList<CaptureView> Captures);

/// <summary>
/// Reads what a folder of the WANDA app has and had. The app tells what lies there, this node what it took from there: together that is the
/// list as if nothing had ever been freed.
/// </summary>
internal sealed class CaptureListQuery(Catalogue catalogue, WandaOptions options, AppFolder app)
{
    /// <summary>The most captures that are told of in full.</summary>
    public const int MaxPage = 500;

    private const int MostNames = 20_000;

    // As Python orders text: by code points.
    private static readonly Comparer<byte[]> ByBytes = Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));

    /// <summary>Reads it.</summary>
    /// <param name="folder">The folder below the app's, with '/'; null for itself.</param>
    /// <param name="there">The names of what lies there, newest first, as the app told them; null when it did not.</param>
    /// <param name="skip">How many captures are passed over before those that are told of in full.</param>
    /// <param name="limit">How many those are, 0 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<CaptureListing> ReadAsync(
        string? folder, IEnumerable<string>? there, int skip, int limit, CancellationToken cancellationToken)
    {
        folder = string.IsNullOrEmpty(folder) ? null : folder;
        var taken = await TakenAsync(folder, cancellationToken);
        var names = Merge(taken, [.. (there ?? []).Where(IsCapture).Distinct()]);
        var page = names.Skip(Math.Max(0, skip)).Take(Math.Clamp(limit, 0, MaxPage)).ToList();
        var known = taken.ToDictionary(t => t.Name, t => t.Id);
        var rows = (await catalogue.Reports.FramesAsync(
            page.Where(known.ContainsKey).Select(n => known[n]), options.IsDemo, cancellationToken)).ToDictionary(r => r.Capture.Id);
        return new CaptureListing(names,
            [.. page.Select(name => known.TryGetValue(name, out var id) && rows.TryGetValue(id, out var row)
                ? CaptureView.Of(row, options.Release.Copies)
                : CaptureView.NotTaken(folder, name))]);
    }

    /// <summary>The folders of the app's, in its order: what lies there, and what lay there when something was taken from it.</summary>
    /// <param name="there">Those that the app told of; null when it did not.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<IReadOnlyList<string>> FoldersAsync(IEnumerable<string>? there, CancellationToken cancellationToken)
    {
        var lies = there?.ToList() ?? [];
        var known = app.Source is not { } source ? [] : await catalogue.Reports.FoldersAsync(source, MostNames, cancellationToken);
        var freed = known.Select(CaptureView.NameOf).Except(lies).ToList();
        return freed.Count == 0 ? lies : [.. lies.Concat(freed).OrderBy(Encoding.UTF8.GetBytes, ByBytes)];
    }

    private async Task<IReadOnlyList<(string Name, CaptureId Id, DateTimeOffset At)>> TakenAsync(
        string? folder, CancellationToken cancellationToken)
    {
        var path = folder is null ? null : CapturePath.Parse(Uri.EscapeDataString(folder).Replace("%2F", "/", StringComparison.Ordinal));
        if (app.Source is not { } source || (folder is not null && path is null))
            return [];
        return [.. (await catalogue.Reports.NamesAsync(source, path, MostNames, cancellationToken))
            .Select(n => (CaptureView.NameOf(n.SourcePath), n.Id, n.TakenAt)).DistinctBy(n => n.Item1)];
    }

    // What lies there stays in the app's order, which is the page's; what was freed comes where its time is.
    private static List<string> Merge(IReadOnlyList<(string Name, CaptureId Id, DateTimeOffset At)> taken, IReadOnlyList<string> there)
    {
        var (names, lies, times) = (new List<string>(), there.ToHashSet(), taken.ToDictionary(t => t.Name, t => t.At));
        var freed = new Queue<(string Name, CaptureId Id, DateTimeOffset At)>(taken.Where(t => !lies.Contains(t.Name)));
        foreach (var name in there)
        {
            while (times.TryGetValue(name, out var at) && freed.TryPeek(out var next) && next.At > at)
                names.Add(freed.Dequeue().Name);
            names.Add(name);
        }

        names.AddRange(freed.Select(f => f.Name));
        return names;
    }

    // The app keeps the form for the next session, and each session's state, among its pictures.
    private static bool IsCapture(string name) => !name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}
