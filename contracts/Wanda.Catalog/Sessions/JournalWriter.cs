using Sqlite.Shared;
using Wanda.Contracts;

namespace Wanda.Catalog;

/// <summary>
/// The one writer of the sessions' journals: it tells them, in order, each fact of the catalogue that has a line, whoever committed it. Of
/// the processes of a node one at a time writes. Whoever opens a door, or acts on a proof that was given or taken back, waits for it first:
/// a journal that lags behind would bring back what was discarded, and proofs that were taken back.
/// </summary>
/// <param name="catalogue">What is told.</param>
/// <param name="root">Where the sessions' folders are.</param>
public sealed class JournalWriter(Catalogue catalogue, StorageRoot root) : IDisposable
{
    private const int Page = 500;

    private readonly IFileLock _lock = FileLock.Open($"{catalogue.Path}-journals-lock");
    private readonly SemaphoreSlim _one = new(1, 1);

    // Sessions that a line could not be written to. They are completed from the rows the next time, so that one holds up no other.
    private readonly HashSet<SessionName> _behind = [];

    // As long as they are on record, or will be with the next write.
    private readonly Dictionary<SessionName, long> _lengths = [];
    private long _written;

    /// <summary>Returns when a session's journal has a line for everything that was committed before this call.</summary>
    /// <exception cref="IOException">It cannot be written to. The reconciler completes it later.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    /// <exception cref="StorageRootException">The disk is not there.</exception>
    public async Task WriteAsync(SessionName session, CancellationToken cancellationToken)
    {
        var committed = await catalogue.Events.NewestAsync(cancellationToken);
        await _one.WaitAsync(cancellationToken);
        try
        {
            // Whoever was before us wrote ours along with its own.
            if (_written < committed || _behind.Contains(session))
            {
                await LockedAsync(
                    () => _behind.Contains(session) ? FillAsync(session, cancellationToken) : PassAsync(session, cancellationToken));
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// Reads a session's whole journal and adds what it lacks of what the rows say: a power cut, a full disk, or somebody took it.
    /// </summary>
    /// <returns>How many lines were added.</returns>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    public async Task<int> CompleteAsync(SessionName session, CancellationToken cancellationToken)
    {
        var added = 0;
        await _one.WaitAsync(cancellationToken);
        try
        {
            await LockedAsync(async () => added = await FillAsync(session, cancellationToken));
        }
        finally
        {
            _one.Release();
        }

        return added;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock.Dispose();
        _one.Dispose();
    }

    private async Task LockedAsync(Func<Task> work)
    {
        await Task.Run(_lock.Take);
        try
        {
            await work();
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Writes the lines of all facts that were committed, session by session; the wanted one must succeed.</summary>
    private async Task PassAsync(SessionName? wanted, CancellationToken cancellationToken)
    {
        await root.EnsurePresentAsync(cancellationToken);
        var (after, bytes, more) = (Math.Max(_written, await catalogue.JournalLines.WrittenAsync(cancellationToken)),
            new Dictionary<SessionName, long>(), true);
        Exception? failed = null;
        while (more)
        {
            // At each turn: what is committed meanwhile is told in the next one, and is no journal's knowledge of more than we have.
            var newest = await catalogue.Events.NewestAsync(cancellationToken);
            var (lines, last) = await catalogue.JournalLines.AfterAsync(after, Page, cancellationToken);
            foreach (var session in lines.Where(l => !_behind.Contains(l.Session)).GroupBy(l => l.Session))
            {
                try
                {
                    await AppendAsync(session.Key, [.. session.Select(l => l.Entry)], told: null, newest, bytes, cancellationToken);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    _behind.Add(session.Key);
                    failed = session.Key == wanted ? e : failed;
                }
            }

            (more, after) = (lines.Count > 0 && last > after, last);
        }

        _written = after;
        Note(bytes);
        if (failed is not null)
            throw new IOException($"The journal of {wanted} cannot be written to: {failed.Message}", failed);
    }

    private async Task<int> FillAsync(SessionName session, CancellationToken cancellationToken)
    {
        await PassAsync(wanted: null, cancellationToken);
        var gap = new JournalGap();
        await foreach (var entry in SessionJournal.ReadAsync(catalogue, root, session, cancellationToken))
            gap.Read(entry);
        var missing = new List<JournalEntry>();
        if (gap.Of(await catalogue.Sessions.FindAsync(session, cancellationToken)) is { } told)
            missing.Add(told with { Seq = _written });
        foreach (var (capture, proofs) in await catalogue.JournalLines.OfSessionAsync(session, cancellationToken))
            missing.AddRange(gap.Of(capture, proofs).Select(e => e with { Seq = _written }));
        var bytes = new Dictionary<SessionName, long>();
        // Of the rows as they were read: what is committed meanwhile has a line of its own, which follows.
        await AppendAsync(
            session, missing, told: -1, await catalogue.Events.NewestAsync(cancellationToken), bytes, cancellationToken);
        _behind.Remove(session);
        Note(bytes);
        return missing.Count;
    }

    /// <summary>
    /// While a journal is behind here the others are not told how far this one came: what it could not write is theirs to write as well,
    /// and no door of theirs is opened before.
    /// </summary>
    private void Note(IReadOnlyDictionary<SessionName, long> bytes) =>
        catalogue.JournalLines.NoteWritten(_behind.Count == 0 ? _written : 0, bytes);

    /// <summary>
    /// Writes to one journal. Its length is on record only while nobody else wrote there: one that grew by other hands may know more.
    /// </summary>
    private async Task AppendAsync(SessionName session, IReadOnlyList<JournalEntry> entries, long? told, long newest,
        Dictionary<SessionName, long> bytes, CancellationToken cancellationToken)
    {
        var folder = root.FolderOf(session);
        var before = SessionJournal.BytesOf(folder);
        await SessionJournal.AppendAsync(folder, entries, told, newest, cancellationToken);
        if (!_lengths.TryGetValue(session, out var known))
            known = await catalogue.Sessions.JournalBytesAsync(session, cancellationToken) ?? 0;
        if (known == before)
            bytes[session] = _lengths[session] = SessionJournal.BytesOf(folder);
        else
            _lengths.Remove(session);
    }
}
