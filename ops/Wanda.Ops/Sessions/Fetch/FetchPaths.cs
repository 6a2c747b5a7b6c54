using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>
/// Where the files of a session lie in the folder that it is fetched into: under the very bytes that the other program named them with.
/// A name that came again gets <c>~2</c>.
/// </summary>
internal static class FetchPaths
{
    private const byte Slash = (byte)'/';
    private const int MaxName = 255; // of Linux, in bytes
    private const int LongestEnding = 32;

    /// <summary>A path with '/' for each, unique, the earlier number first.</summary>
    /// <param name="captures">All of a session, discarded ones too: so a name does not pass from one to another.</param>
    public static IReadOnlyDictionary<CaptureId, RawName> Of(IEnumerable<CaptureRecord> captures)
    {
        var inOrder = captures.OrderBy(c => c.Number).ThenBy(c => c.Id.ToString(), StringComparer.Ordinal)
            .Select(c => (c.Id, Path: Wanted(c))).ToList();
        var taken = inOrder.SelectMany(file => Folders(file.Path)).ToHashSet();
        // The last number that each name was given with: the ten-thousandth "image.jpg" of a night costs no search.
        var last = new Dictionary<RawName, int>();
        var paths = new Dictionary<CaptureId, RawName>();
        foreach (var (id, wanted) in inOrder)
        {
            var path = wanted;
            while (!taken.Add(path))
                path = Numbered(wanted, last[wanted] = last.GetValueOrDefault(wanted, 1) + 1);
            paths[id] = path;
        }

        return paths;
    }

    /// <summary>The name of our own file, which stands back behind a captured one.</summary>
    public static RawName MetadataBeside(IEnumerable<RawName> paths)
    {
        var taken = paths.SelectMany(path => Folders(path).Append(path)).ToHashSet();
        var (wanted, name) = (RawName.FromText(SessionMetadata.FileName), RawName.FromText(SessionMetadata.FileName));
        for (var number = 2; taken.Contains(name); number++)
            name = Numbered(wanted, number);
        return name;
    }

    /// <summary>The parts of a path.</summary>
    public static IReadOnlyList<byte[]> Segments(RawName path)
    {
        var segments = new List<byte[]>();
        foreach (var range in path.Bytes.Span.Split(Slash))
            segments.Add(path.Bytes.Span[range].ToArray());
        return segments;
    }

    // What leads elsewhere, or nowhere, in a path: a catalogue that was rebuilt from a hostile journal may hold it.
    private static RawName Wanted(CaptureRecord capture)
    {
        var original = ArchivePaths.OriginalOf(capture) ?? RawName.FromText(SessionMetadata.ArchiveName(capture));
        var segments = Segments(original).Where(s => s.Length > 0).Select(s => IsElsewhere(s) ? "_"u8.ToArray() : s).ToList();
        return segments.Count == 0 ? RawName.FromText("_") : Joined(segments);
    }

    private static bool IsElsewhere(byte[] segment) => segment is [(byte)'.'] or [(byte)'.', (byte)'.'];

    private static IEnumerable<RawName> Folders(RawName path)
    {
        for (var end = path.Bytes.Span.LastIndexOf(Slash); end > 0; end = path.Bytes.Span[..end].LastIndexOf(Slash))
            yield return new RawName(path.Bytes.Span[..end]);
    }

    private static RawName Numbered(RawName path, int number)
    {
        var segments = Segments(path).ToList();
        var name = segments[^1];
        var dot = Array.LastIndexOf(name, (byte)'.');
        var hasEnding = dot > 0 && name.Length - dot <= LongestEnding;
        var (stem, ending) = hasEnding ? (name[..dot], name[dot..]) : (name, []);
        byte[] tail = [.. System.Text.Encoding.ASCII.GetBytes($"~{number}"), .. ending];
        var tooLong = Math.Max(path.Bytes.Length + tail.Length - ending.Length - RawName.MaxBytes, 0);
        var room = Math.Clamp(Math.Min(MaxName - tail.Length, stem.Length - tooLong), 1, stem.Length);
        // Never within a character of UTF-8.
        while (room > 1 && room < stem.Length && (stem[room] & 0xc0) == 0x80)
            room--;
        segments[^1] = [.. stem[..room], .. tail];
        return Joined(segments);
    }

    private static RawName Joined(IEnumerable<byte[]> segments)
    {
        var bytes = new List<byte>();
        foreach (var segment in segments)
        {
            if (bytes.Count > 0)
                bytes.Add(Slash);
            bytes.AddRange(segment);
        }

        return new RawName([.. bytes]);
    }
}
