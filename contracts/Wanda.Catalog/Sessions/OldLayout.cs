using System.Text.RegularExpressions;
using Files.Shared;
using Wanda.Contracts;

namespace Wanda.Catalog;

/// <summary>
/// Versions before 0.3 kept a session's journal, its metadata and temporary files among its frames. They are read there and moved into
/// <see cref="SessionFolder.Own"/>, each by one rename: a crash, a disk that cannot be written to, or a second move find one state or the
/// other. A captured file may have such a name as well: what has a row, or stands in a journal as saved, is a frame and nothing else.
/// </summary>
public static partial class OldLayout
{
    /// <summary>Whether a file among the frames is the node's own.</summary>
    /// <param name="catalogue">Knows the frames.</param>
    /// <param name="root">The storage.</param>
    /// <param name="session">Whose folder it lies in.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="cancellationToken">Cancels the look.</param>
    public static async Task<bool> IsOwnAsync(
        Catalogue catalogue, StorageRoot root, SessionName session, string name, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(root.FolderOf(session), name));
        if (!(name is SessionJournal.FileName or SessionMetadata.FileName || IsTemporary(name)) || !file.Exists
            || await IsFrameAsync(catalogue, root, session, name, cancellationToken))
        {
            return false;
        }

        return name switch
        {
            SessionJournal.FileName => file.Length == 0 || await SessionJournal.HasLinesAsync(file.FullName, cancellationToken),
            SessionMetadata.FileName => await SessionMetadata.ReadAsync(file.FullName, session, cancellationToken) is not null,
            _ => true,
        };
    }

    /// <summary>Moves what still lies in the old place. Doing it again does nothing.</summary>
    /// <returns>Whether there was anything.</returns>
    /// <inheritdoc cref="IsOwnAsync"/>
    /// <exception cref="IOException">The disk refuses: what lies where it was is read there.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static async Task<bool> MoveAsync(
        Catalogue catalogue, StorageRoot root, SessionName session, CancellationToken cancellationToken)
    {
        var folder = root.FolderOf(session);
        var moved = false;
        if (await IsOwnAsync(catalogue, root, session, SessionJournal.FileName, cancellationToken))
        {
            // Lines that were written since lie in the new journal. The old one then stays a file of its own, which is read first.
            var to = SessionJournal.Files(folder).Count == 0 ? SessionFolder.Journal(folder) : SessionJournal.NextEarlier(folder);
            DurableFile.Move(Path.Combine(folder, SessionJournal.FileName), to);
            moved = true;
        }

        if (await IsOwnAsync(catalogue, root, session, SessionMetadata.FileName, cancellationToken))
        {
            var (old, to) = (Path.Combine(folder, SessionMetadata.FileName), SessionFolder.Metadata(folder));
            if (File.Exists(to))
                DurableFile.Delete(old); // written anew since, whole
            else
                DurableFile.Move(old, to);
            moved = true;
        }

        return moved;
    }

    private static async Task<bool> IsFrameAsync(
        Catalogue catalogue, StorageRoot root, SessionName session, string name, CancellationToken cancellationToken)
    {
        var path = $"{session}/{name}";
        if (await catalogue.Captures.FindByPathAsync(path, cancellationToken) is not null)
            return true;
        // A catalogue that is being rebuilt does not know its frames yet.
        await foreach (var entry in SessionJournal.ReadAsync(root.FolderOf(session), cancellationToken))
        {
            if (entry is JournalEntry.FrameSaved { Capture.Path: var saved } && saved == path)
                return true;
        }

        return false;
    }

    /// <summary>Temporary files were called <c>NAME.ID.wanda-tmp</c>; another program's that only ends so is a frame.</summary>
    private static bool IsTemporary(string name) => Temporary.IsMatch(name);

    [GeneratedRegex(@"^.+\.[0-9a-f]{32}\.wanda-tmp\z", RegexOptions.Singleline)]
    private static partial Regex Temporary { get; }
}
