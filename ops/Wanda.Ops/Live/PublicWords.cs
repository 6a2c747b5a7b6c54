using System.Text.RegularExpressions;
using Wanda.Hosting;

namespace Wanda.Ops.Live;

/// <summary>What went wrong, for a page that anybody near the telescope may open: names of files, no places on this machine.</summary>
internal sealed partial class PublicWords(WandaOptions options)
{
    private const string Somewhere = "\u2026/"; // an ellipsis

    // Longest first: one may lie in another.
    private readonly string[] _own = [.. options.Watch.Select(w => w.Path).Concat(options.Destinations.Select(d => d.Path ?? ""))
        .Append(options.Data).Append(options.Storage.Root ?? "").Where(p => p.Length > 1)
        .Select(p => p.TrimEnd('/') + "/").OrderByDescending(p => p.Length)];

    public string Of(string text) =>
        Folders().Replace(_own.Aggregate(text, (left, folder) => left.Replace(folder, Somewhere, StringComparison.Ordinal)), Somewhere);

    // The folders of any other path that begins at the root; an address has a colon or a host before its slashes.
    [GeneratedRegex(@"(?<![\w:/.\u2026-])/([^\s/'""]+/)+")]
    private static partial Regex Folders();
}
