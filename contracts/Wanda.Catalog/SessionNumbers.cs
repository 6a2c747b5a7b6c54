using System.Globalization;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// A number of a session is never given twice, also where neither the catalogue nor a journal knows any more to which frame it was given:
/// the session's own folder tells of those, by <c>metadata.json</c> and by the names of cameras' frames.
/// </summary>
public static class SessionNumbers
{
    /// <summary>The name of a camera's frame.</summary>
    public static string FileName(SessionName session, int number) => $"{session}_{number:00000}.fits";

    /// <summary>
    /// Looks which numbers the folder tells of; the next that is given is above them. Wanted before the first one is given, and before
    /// <c>metadata.json</c> is written anew.
    /// </summary>
    public static async Task TakeAsync(
        Catalogue catalogue, StorageRoot root, SessionName session, CancellationToken cancellationToken)
    {
        var folder = root.FolderOf(session);
        if (!Directory.Exists(folder))
            return;
        var told = Directory.EnumerateFiles(folder, $"{session}_*").Select(path => NumberOf(Path.GetFileName(path), session)).ToList();
        foreach (var path in new[] { SessionFolder.Metadata(folder), Path.Combine(folder, SessionMetadata.FileName) })
            told.AddRange(await InMetadataAsync(path, session, cancellationToken));
        var last = told.Where(SoundFacts.IsFramesNumber).DefaultIfEmpty().Max();
        if (last >= await catalogue.Captures.NextNumberAsync(session, cancellationToken))
            await catalogue.Ledger.ApplyAsync(new Fact.NumbersGiven(session, last), cancellationToken);
    }

    private static async Task<IEnumerable<int>> InMetadataAsync(string path, SessionName session, CancellationToken cancellationToken)
    {
        try
        {
            return await SessionMetadata.ReadAsync(path, session, cancellationToken) is { } metadata
                ? metadata.All.Select(i => i.Number)
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // one bad file stops nothing
        }
    }

    // Also of those whose name was given already: SESSION_00007~2.fits. Six digits are another program's time of day.
    private static int NumberOf(string name, SessionName session)
    {
        var rest = name.AsSpan(session.Value.Length + 1);
        var digits = rest.IndexOfAnyExceptInRange('0', '9');
        return digits == 5 && rest[digits] is '.' or '~'
            && int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
