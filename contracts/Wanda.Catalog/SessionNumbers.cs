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
    /// <returns>What <c>metadata.json</c> tells of.</returns>
    public static async Task<IReadOnlyList<SessionMetadata.Image>> TakeAsync(
        Catalogue catalogue, StorageRoot root, SessionName session, CancellationToken cancellationToken)
    {
        var folder = root.FolderOf(session);
        if (!Directory.Exists(folder))
            return [];
        var told = new List<SessionMetadata.Image>();
        foreach (var path in new[] { SessionFolder.Metadata(folder), Path.Combine(folder, SessionMetadata.FileName) })
            told.AddRange(await ToldAsync(path, session, cancellationToken));
        var last = Directory.EnumerateFiles(folder, $"{session}_*").Select(path => NumberOf(Path.GetFileName(path), session))
            .Concat(told.Select(i => i.Number)).Where(SoundFacts.IsFramesNumber).DefaultIfEmpty().Max();
        if (last >= await catalogue.Captures.NextNumberAsync(session, cancellationToken))
            await catalogue.Ledger.ApplyAsync(new Fact.NumbersGiven(session, last), cancellationToken);
        return told;
    }

    /// <summary>
    /// The number that a camera's frame was given, as its name tells, for one whose row a crash prevented: without it the number would be
    /// nobody's, and a session of a fixed number of frames would end with one too few.
    /// </summary>
    /// <param name="catalogue">Where the session's other frames are.</param>
    /// <param name="told">What <see cref="TakeAsync"/> gave for the session.</param>
    /// <param name="session">The session.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="sha256">The file's hash: <paramref name="told"/> may have this very frame.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>0 when the name tells none, or another frame has that number.</returns>
    public static async Task<int> GivenAsync(
        Catalogue catalogue, IEnumerable<SessionMetadata.Image> told, SessionName session, string name, string sha256,
        CancellationToken cancellationToken) =>
        name.StartsWith($"{session}_", StringComparison.Ordinal) && NumberOf(name, session) is > 0 and var number
        && name == FileName(session, number) && !told.Any(i => i.Number == number && i.Sha256 != sha256)
        && await catalogue.Reports.FrameAsync(session, number, countThisMachine: false, cancellationToken) is null
            ? number
            : 0;

    private static async Task<IEnumerable<SessionMetadata.Image>> ToldAsync(
        string path, SessionName session, CancellationToken cancellationToken)
    {
        try
        {
            return (await SessionMetadata.ReadAsync(path, session, cancellationToken))?.All ?? [];
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
