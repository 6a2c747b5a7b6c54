using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// Where the files of a session lie in its archive's directory: under the folders and names that the other program gave them, as
/// <see cref="RawName.ToString"/> writes those. A name that came again gets <c>~2</c>, as does one that only <c>metadata.json</c> may have.
/// </summary>
public static class ArchivePaths
{
    // Of deeper folders the last name holds the rest, its slashes escaped; a directory costs a block.
    private const int MaxDepth = 32;

    /// <summary>A path with '/' for each, unique without regard to case, the earlier number first.</summary>
    /// <param name="captures">All of a session, discarded ones too: so a name does not pass from one to another.</param>
    public static IReadOnlyDictionary<CaptureId, string> Of(IEnumerable<CaptureRecord> captures)
    {
        var inOrder = captures.OrderBy(c => c.Number).ThenBy(c => c.Id.ToString(), StringComparer.Ordinal)
            .Select(c => (c.Id, Segments: Segments(c))).ToList();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { SessionMetadata.FileName };
        foreach (var (_, segments) in inOrder)
        {
            for (var depth = 1; depth < segments.Length; depth++)
                taken.Add(string.Join('/', segments[..depth]));
        }

        // The last number that each name was given with: the ten-thousandth "image.jpg" of a night costs no search.
        var last = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var paths = new Dictionary<CaptureId, string>();
        foreach (var (id, segments) in inOrder)
        {
            var wanted = string.Join('/', segments);
            var path = wanted;
            while (!taken.Add(path))
                path = Numbered(wanted, last[wanted] = last.GetValueOrDefault(wanted, 1) + 1);
            paths[id] = path;
        }

        return paths;
    }

    /// <summary>
    /// The path that a capture had with its program, as bytes; null where its name is what <see cref="CaptureRecord.FileName"/> says.
    /// </summary>
    public static RawName? OriginalOf(CaptureRecord capture)
    {
        if (capture.OriginalName is not { } name)
            return null;
        return capture.Folder is { } folder && folder.Bytes.Length + 1 + name.Bytes.Length <= RawName.MaxBytes
            ? new RawName([.. folder.Bytes.Span, (byte)'/', .. name.Bytes.Span])
            : name;
    }

    private static string[] Segments(CaptureRecord capture)
    {
        // A camera's frame, and one of an earlier version, has the name of its file.
        var name = capture.OriginalName?.ToString() ?? SessionMetadata.ArchiveName(capture);
        var folders = (capture.Folder?.ToString() ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (folders.Length >= MaxDepth)
            folders = [.. folders[..(MaxDepth - 1)], string.Join("\\x2f", folders[(MaxDepth - 1)..])];
        if (folders is [var first, ..] && first.Equals(SessionMetadata.FileName, StringComparison.OrdinalIgnoreCase))
            folders[0] = Numbered(first, 2);
        return [.. folders.Append(name).Select(Possible)];
    }

    // What leads elsewhere, or nowhere, in a path. A catalogue that was rebuilt from a hostile journal may hold it.
    private static string Possible(string segment) => segment switch
    {
        "" => "_",
        "." or ".." => segment.Replace(".", "\\x2e", StringComparison.Ordinal),
        _ => segment.Replace("/", "\\x2f", StringComparison.Ordinal).Replace("\0", "\\x00", StringComparison.Ordinal),
    };

    private static string Numbered(string path, int number)
    {
        var dot = path.LastIndexOf('.');
        var stem = dot > path.LastIndexOf('/') + 1 ? dot : path.Length;
        return $"{path[..stem]}~{number}{path[stem..]}";
    }
}
