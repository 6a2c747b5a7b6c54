using Files.Shared;
using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Kinds;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer;

/// <summary>
/// What a crash in the middle of saving left behind: temporary files go, and a file under its final name without a row becomes a capture.
/// Runs before the first frame of a start, when nobody else writes frames.
/// </summary>
internal sealed partial class OrphanRecovery(
    Catalogue catalogue, StorageRoot root, FrameIntake intake, TimeProvider time, ILogger<OrphanRecovery> log)
{
    private SessionName? _numbered;
    private IReadOnlyList<SessionMetadata.Image> _told = [];
    private bool _doubted;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await root.EnsurePresentAsync(cancellationToken);
        foreach (var folder in Directory.EnumerateDirectories(root.Path))
        {
            if (!SessionName.IsValid(Path.GetFileName(folder)))
                continue;
            if (Directory.Exists(SessionFolder.Temporaries(folder)))
            {
                foreach (var path in Directory.GetFiles(SessionFolder.Temporaries(folder)))
                    DeleteLeft(path);
            }

            foreach (var path in Directory.GetFiles(folder))
                await TryRecoverAsync(new SessionName(Path.GetFileName(folder)), path, cancellationToken);
        }
    }

    /// <summary>One that is held open is of another process at its work: a frame that is brought back.</summary>
    private void DeleteLeft(string path)
    {
        try
        {
            if (LinkedFile.Remove(path))
                return; // what it led to is another program's, and is not to be opened for writing
            using var left = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            Deleting(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotDeleted(path, e.Message);
        }
    }

    /// <summary>One file that cannot be read does not keep the night from beginning.</summary>
    private async Task TryRecoverAsync(SessionName session, string path, CancellationToken cancellationToken)
    {
        try
        {
            await RecoverAsync(session, path, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LeftWhereItIs(path, e.Message);
        }
    }

    private async Task RecoverAsync(SessionName session, string path, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        if (name.StartsWith('.'))
            return;
        var row = await catalogue.Captures.FindByPathAsync(Path.GetRelativePath(root.Path, path), cancellationToken);
        if (LinkedFile.TargetOf(path) is not null)
        {
            // A crash came before its row, or after its frame was freed or told as lost. The file is in the watched folder, and is seen
            // there.
            if (row is null || !row.LiesInPlace())
                LinkedFile.Remove(path);
            return;
        }

        if (row is { } known)
        {
            if (known is { ReleasedAt: not null, DiscardedAt: null })
                await TakeBackAsync(known, path, cancellationToken);
            return;
        }

        if (await OldLayout.IsOwnAsync(catalogue, root, session, name, cancellationToken))
        {
            if (name.EndsWith(DurableFile.TemporarySuffix, StringComparison.Ordinal))
                DeleteLeft(path);
            return;
        }

        if (_numbered != session)
            _told = await SessionNumbers.TakeAsync(catalogue, root, session, cancellationToken);
        _numbered = session;
        if (await catalogue.Sessions.FindAsync(session, cancellationToken) is null)
            await catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(session, SessionKind.Rebuilt), cancellationToken);
        var kind = await FileKinds.OfAsync(path, cancellationToken);
        var facts = await FrameReader.FactsAsync(path, time, cancellationToken);
        var number = await SessionNumbers.GivenAsync(catalogue, _told, session, name, facts.Sha256, cancellationToken);
        var record = await intake.AdoptAsync(session, path, kind, facts, number);
        Took(path, record.Number);
    }

    /// <summary>
    /// The file of a frame that the catalogue has as freed is here: it was brought back, and the catalogue is from before that, or a crash
    /// came before its row. It is a frame that is here again; and no proof of so old a catalogue counts before it is asked for again.
    /// </summary>
    private async Task TakeBackAsync(CaptureRecord known, string path, CancellationToken cancellationToken)
    {
        if (FileIdentity.Of(path) is not { } file || file.SizeBytes != known.SizeBytes
            || (await FrameReader.FactsAsync(path, time, cancellationToken)).Sha256 != known.Sha256)
        {
            return; // freed at this moment, or something else that lies in its place
        }

        if (!_doubted)
        {
            await catalogue.Ledger.ApplyAsync(new Fact.AllDoubted(), cancellationToken);
            await catalogue.Events.FailedAsync("catalogue", "it had frames as freed whose files are here: what destinations have proven is "
                + "asked for again before anything is released", cancellationToken);
        }

        _doubted = true;
        if (await catalogue.Ledger.ApplyAsync(
            new Fact.Recalled(known.Id, file.ModifiedNs, file.Inode, "its file is here, though it was on record as freed"),
            CancellationToken.None))
        {
            CameBack(known.Session, known.Number);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The file of {Session}/{Number} is here, and the catalogue had it as freed: it is a "
        + "frame that is here again. What destinations have proven is asked for again before anything is released.")]
    private partial void CameBack(SessionName session, int number);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} lies among the frames and cannot be taken; it is left where it is. {Reason}")]
    private partial void LeftWhereItIs(string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting {Path}: a crash cut its writing short.")]
    private partial void Deleting(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is a temporary file and cannot be deleted now. {Reason}")]
    private partial void NotDeleted(string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took {Path} as frame {Number}: it was on disk, but not in the catalogue.")]
    private partial void Took(string path, int number);
}
