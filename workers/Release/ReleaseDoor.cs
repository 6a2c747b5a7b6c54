using System.Collections.Concurrent;
using Files.Shared;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Audit;

namespace Wanda.Workers.Release;

/// <summary>
/// The only place in this program that deletes a frame's local bytes, and it takes proofs to open (law 2). The catalogue says "releasing"
/// before the file goes and "released" after: a crash in between is told from a lost file, and looked at anew.
/// </summary>
internal sealed partial class ReleaseDoor(
    Catalogue catalogue, StorageRoot root, IIpfsNode ipfs, FrameFiles files, JournalWriter journal, Challenges challenges,
    WandaOptions options, TimeProvider time, ILogger<ReleaseDoor> log) : IAsyncDisposable
{
    // A disk that refuses, or a file that nobody may remove, is not tried at each round: each time is two writes and a read of every byte.
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromHours(1);
    private const long RoomForLines = 1 << 20;

    // Releases are on record along with other writes, and their sessions' journals are told soon, once for all of them.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<CaptureId, (DateTimeOffset At, string Why)> _refused = new();
    private readonly HashSet<SessionName> _untold = [];
    private readonly SemaphoreSlim _settling = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private Task _telling = Task.CompletedTask;
    private bool _tells;

    /// <summary>Frees a frame's local bytes. Returns why it did not, or null when they are gone.</summary>
    public async Task<string?> ReleaseAsync(CaptureRecord capture, IReadOnlyList<CustodyProof> proofs, CancellationToken cancellationToken)
    {
        if (proofs.Count == 0)
        {
            throw new ArgumentException(
                $"No proof was brought for capture {capture.Id}: nothing is released without one (law 2).", nameof(proofs));
        }

        if (proofs.FirstOrDefault(
            p => p.SubjectKind != SubjectKind.Capture || p.Subject != capture.Id.ToString() || p.Cid != capture.Cid) is { } foreign)
        {
            throw new ArgumentException(
                $"Proof {foreign.Id} is of {foreign.Subject} and {foreign.Cid}, not of capture {capture.Id}.", nameof(proofs));
        }

        if (_refused.TryGetValue(capture.Id, out var refused) && (time.GetUtcNow() - refused.At).Duration() < AfterRefusal)
            return refused.Why;
        // Every byte, also where size and times say that it is the same: what is freed is what was saved, and what was proven is that.
        var (found, wrong) = await files.OpenAsync(capture, everyByte: true, cancellationToken);
        using var file = found;
        if (file is null)
            return Coded.Text(DoorCode.WrongFile, wrong!);
        if (file.WhyItStays() is { } stays)
            return Coded.Text(DoorCode.ReadOnly, stays);
        // Later audits ask the destination questions about the bytes. The right answers are computed now, while the bytes are still here.
        await challenges.PrepareAsync(capture, cancellationToken);
        await ToldAsync(capture, cancellationToken);
        if (await catalogue.Ledger.OpenDoorAsync(new(capture, proofs, options.IsDemo, file.IsInPlace), cancellationToken) is { } shut)
            return shut;
        return await FreeAsync(capture, file);
    }

    /// <summary>
    /// Looks at a door that was found open: a crash came in between, or the disk refused. Whether the file may go is decided anew, so the
    /// door is shut; where the file is gone already the release is finished.
    /// </summary>
    /// <returns>True when the local bytes are gone.</returns>
    public async Task<bool> LookAgainAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        var path = root.Resolve(capture.Path);
        using (var file = HeldFile.Open(path))
        {
            // Looked at after the file: a disk that goes in between takes the file with it, and that is no evidence (law 5).
            await root.EnsurePresentAsync(cancellationToken);
            if (file is not null || LinkedFile.TargetOf(path) is not null)
            {
                await catalogue.Ledger.ApplyAsync(new Fact.DoorShut(capture.Id, Coded.Text(DoorCode.Interrupted)), cancellationToken);
                return false;
            }
        }

        await ipfs.UnpinAsync(capture.Id.ToString(), CancellationToken.None);
        // Gone, and not on disk so, perhaps.
        if (Path.GetDirectoryName(path) is { } folder && Directory.Exists(folder))
            DurableFile.SyncFolder(folder);
        Finish(capture);
        return true;
    }

    /// <summary>
    /// Returns when the releases so far are on record and in the journals. What cannot be written is found out again: the door stands open,
    /// and the journals are completed from the rows.
    /// </summary>
    public async Task SettleAsync()
    {
        await _settling.WaitAsync();
        try
        {
            List<SessionName> sessions;
            lock (_untold)
            {
                sessions = [.. _untold];
                _untold.Clear();
            }

            if (sessions.Count > 0)
                await catalogue.Ledger.SettleAsync(CancellationToken.None);
            foreach (var session in sessions)
                await TryTellAsync(session);
        }
        catch (IOException e)
        {
            NotOnRecord(e.Message);
        }
        finally
        {
            _settling.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _telling;
        await SettleAsync();
        _closing.Dispose();
        _settling.Dispose();
    }

    private async Task TryTellAsync(SessionName session)
    {
        try
        {
            await journal.WriteAsync(session, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageRootException)
        {
            NotInTheJournal(session, e.Message);
        }
    }

    private async Task TellSoonAsync()
    {
        while (true)
        {
            await Task.Delay(Soon, time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await SettleAsync();
            lock (_untold)
            {
                _tells = _untold.Count > 0 && !_closing.IsCancellationRequested;
                if (!_tells)
                    return;
            }
        }
    }

    private async Task<string?> FreeAsync(CaptureRecord capture, HeldFile file)
    {
        // No cancellation from here on: the door is open.
        // References first: a block whose file is gone would be reported as damage by a reader.
        await ipfs.UnpinAsync(capture.Id.ToString(), CancellationToken.None);
        try
        {
            // Only the very file that was looked at, whatever its path leads to now.
            if (!file.Delete())
            {
                var another = Coded.Text(DoorCode.Replaced);
                await catalogue.Ledger.ApplyAsync(new Fact.DoorShut(capture.Id, another), CancellationToken.None);
                return another;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var why = Coded.Text(DoorCode.NotDeleted, e.Message);
            await catalogue.Ledger.ApplyAsync(new Fact.DoorShut(capture.Id, why), CancellationToken.None);
            _refused[capture.Id] = (time.GetUtcNow(), why);
            return why;
        }

        _refused.TryRemove(capture.Id, out _);
        Finish(capture);
        return null;
    }

    /// <summary>
    /// Waits until the journal tells of the proofs that open the door. A full disk keeps no frame: only its going makes room for the line,
    /// and the proofs are in the catalogue (law 6).
    /// </summary>
    private async Task ToldAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        try
        {
            await journal.WriteAsync(capture.Session, cancellationToken);
        }
        catch (IOException) when (root.FreeBytes < RoomForLines)
        {
            // It is told when there is room.
        }
    }

    /// <summary>
    /// Goes on record along with the next write, and into the journal soon: until then the door stands open, and whoever looks finds the
    /// file gone.
    /// </summary>
    private void Finish(CaptureRecord capture)
    {
        catalogue.Ledger.ApplyAlong(new Fact.Released(capture.Id));
        lock (_untold)
        {
            _untold.Add(capture.Session);
            if (!_tells)
                (_tells, _telling) = (true, TellSoonAsync());
        }

        Released(capture.Session, capture.Number, capture.SizeBytes);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Releases of {Session} are not in its journal yet: {Reason}")]
    private partial void NotInTheJournal(SessionName session, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Releases are not on record yet, and are found out again in the next round: {Reason}")]
    private partial void NotOnRecord(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Released frame {Session}/{Number} ({Bytes} bytes).")]
    private partial void Released(SessionName session, int number, long bytes);
}
