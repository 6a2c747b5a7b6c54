using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Kinds;

/// <summary>Sorts the files of a watched folder into pictures, videos and what belongs to them.</summary>
internal sealed class FileSorter(SourceFolder folder, Catalogue catalogue)
{
    // Logs and settings of a night belong to the session for good: so many are looked through for each frame.
    private const int MaxUntied = 200;

    private (RawName? Folder, FileLook? Look, HashSet<string> Names)? _pictures;

    /// <summary>What a file is.</summary>
    /// <param name="file">Its content; stands anywhere afterwards.</param>
    /// <param name="path">Below the watched folder.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<CaptureKind> KindAsync(FileStream file, RawName path, CancellationToken cancellationToken)
    {
        var start = new byte[FileKinds.StartLength];
        file.Position = 0;
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var (name, below) = Split(path);
        return FileKinds.Of(name.ToString(), start.AsSpan(0, read), () => Stems.OfSidecar(name.ToString()).Any(PicturesIn(below).Contains));
    }

    /// <summary>What the pictures of a folder, and their stems, are called. Kept while it is the same: the next file is in it.</summary>
    private HashSet<string> PicturesIn(RawName? below)
    {
        var look = below is null ? folder.RootLook() : folder.Look(below);
        if (_pictures is { } known && Equals(known.Folder, below) && known.Look == look)
            return known.Names;
        var names = folder.Entries(below).Select(e => Split(e.Path).Name.ToString()).Where(FileKinds.IsPictureName)
            .SelectMany(name => (string[])[name, Stems.OfFrame(name)]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        // Times in coarse steps do not tell that another name came.
        _pictures = look is { } fine && fine.ModifiedNs % FileLook.Coarse != 0 ? (below, look, names) : null;
        return names;
    }

    /// <summary>
    /// The frame or video that a sidecar belongs to: the newest of its stem that lay in the same folder, in that session or else in another
    /// that was taken in lately. Null when there is none yet; then it belongs to the session.
    /// </summary>
    public async Task<CaptureRecord?> FrameOfAsync(
        SessionName session, string source, RawName? below, RawName sidecar, CancellationToken cancellationToken)
    {
        foreach (var stem in Stems.OfSidecar(sidecar.ToString()))
        {
            var found = await catalogue.Captures.OfStemAsync(session, below, stem, cancellationToken);
            if (found.Count == 0)
                found = await catalogue.Captures.LatelyOfStemAsync(source, below, stem, cancellationToken);
            if (found.FirstOrDefault(c => Stems.Belongs(sidecar.ToString(), c.FileName)) is { } frame)
                return frame;
        }

        return null;
    }

    /// <summary>Ties the sidecars to a frame that came before it: to its session, or tonight.</summary>
    public async Task TieAsync(CaptureRecord frame, SessionName tonight, CancellationToken cancellationToken)
    {
        if (frame.Kind == CaptureKind.Sidecar)
            return;
        foreach (var session in (HashSet<SessionName>)[frame.Session, tonight])
        {
            foreach (var sidecar in await catalogue.Captures.UntiedAsync(session, frame.Folder, MaxUntied, cancellationToken))
            {
                if (Stems.Belongs(sidecar.FileName, frame.FileName))
                    await catalogue.Ledger.ApplyAsync(new Fact.Tied(sidecar.Id, frame.Id), cancellationToken);
            }
        }
    }

    /// <summary>A path's last name, and the folder that it lies in; null for the watched folder itself.</summary>
    public static (RawName Name, RawName? Folder) Split(RawName path)
    {
        var bytes = path.Bytes.Span;
        var slash = bytes.LastIndexOf((byte)'/');
        return slash < 0 ? (path, null) : (new RawName(bytes[(slash + 1)..]), new RawName(bytes[..slash]));
    }
}
