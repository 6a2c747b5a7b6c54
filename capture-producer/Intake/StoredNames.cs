using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.CaptureProducer;

/// <summary>
/// Names for stored files: safe on every file system, and never given a second time, also when the frame that had one is released or
/// discarded (law 1). A door may delete by path without ever meeting another frame's bytes.
/// </summary>
internal sealed class StoredNames(Catalogue catalogue, StorageRoot root)
{
    private const int MaxLength = 100;
    private const int Sessions = 8; // whose names are held in memory: tonight's of each source, and what a backlog goes through

    // What Windows takes for a device whatever its ending, should the folder ever be read there.
    private static readonly string[] Devices =
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(1, 9).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })];

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<SessionName, Given> _sessions = [];
    private long _uses;

    /// <summary>Gives a name for a file in a session's folder.</summary>
    /// <param name="session">The session.</param>
    /// <param name="original">The name that its user knows.</param>
    /// <param name="cancellationToken">Cancels the look into the catalogue.</param>
    public async Task<string> GiveAsync(SessionName session, string original, CancellationToken cancellationToken)
    {
        var safe = Safe(original);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var given = await OfAsync(session, cancellationToken);
            var (stem, extension) = (Path.GetFileNameWithoutExtension(safe), Path.GetExtension(safe));
            var name = safe;
            while (!given.Names.Add(name))
            {
                var next = given.Next[safe] = given.Next.GetValueOrDefault(safe, 1) + 1;
                name = $"{stem}~{next}{extension}";
            }

            return name;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// The name as letters, digits and <c>._-+=,()@~</c> and spaces of ASCII, which no file system changes, folds or refuses; at most 100
    /// of them, and none of our own files'.
    /// </summary>
    internal static string Safe(string original)
    {
        var text = new string([.. original.Select(c => char.IsAsciiLetterOrDigit(c) || "._-+=,()@~ ".Contains(c) ? c : '_')]);
        var extension = Path.GetExtension(text).TrimEnd(' ', '.');
        if (extension.Length > 16)
            extension = "";
        var stem = text[..^(extension.Length == 0 ? 0 : Path.GetExtension(text).Length)].Trim(' ', '.');
        if (stem.Length > MaxLength - extension.Length)
            stem = stem[..(MaxLength - extension.Length)].TrimEnd(' ', '.');
        var name = stem + extension;
        if (SessionFolder.IsReserved("x" + extension))
            extension += "_"; // an ending of ours
        var isReserved = stem.Length == 0 || text.StartsWith('.') || stem[0] is '-' or '~' || SessionFolder.IsReserved(stem + extension)
            || Devices.Contains(stem.Split('.')[0], StringComparer.OrdinalIgnoreCase);
        return (isReserved ? "_" : "") + stem + extension;
    }

    private async Task<Given> OfAsync(SessionName session, CancellationToken cancellationToken)
    {
        if (!_sessions.TryGetValue(session, out var given))
        {
            // The disk is asked as well: what a crash left there without a row has its name already.
            var folder = root.FolderOf(session);
            given = new Given();
            var paths = await catalogue.Captures.PathsOfAsync(session, cancellationToken);
            given.Names.UnionWith(paths.Select(path => path[(path.LastIndexOf('/') + 1)..]));
            if (Directory.Exists(folder))
                given.Names.UnionWith(Directory.EnumerateFileSystemEntries(folder).Select(p => Path.GetFileName(p)!));
            if (_sessions.Count >= Sessions)
                _sessions.Remove(_sessions.MinBy(s => s.Value.Used).Key);
            _sessions[session] = given;
        }

        given.Used = ++_uses;
        return given;
    }

    private sealed class Given
    {
        /// <summary>Without regard to case: the frames may lie on exFAT, or be copied there.</summary>
        public HashSet<string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

        /// <summary>The last number that each name was given with: the ten-thousandth "image.fits" of a night costs no search.</summary>
        public Dictionary<string, int> Next { get; } = new(StringComparer.OrdinalIgnoreCase);

        public long Used { get; set; }
    }
}
