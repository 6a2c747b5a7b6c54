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
        if (name.StartsWith('.')
            || await catalogue.Captures.FindByPathAsync(Path.GetRelativePath(root.Path, path), cancellationToken) is not null)
        {
            return;
        }

        if (await OldLayout.IsOwnAsync(catalogue, root, session, name, cancellationToken))
        {
            if (name.EndsWith(DurableFile.TemporarySuffix, StringComparison.Ordinal))
                DeleteLeft(path);
            return;
        }

        if (await catalogue.Sessions.FindAsync(session, cancellationToken) is null)
            await catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(session, SessionKind.Rebuilt), cancellationToken);
        var kind = await FileKinds.OfAsync(path, cancellationToken);
        var record = await intake.AdoptAsync(session, path, kind, await FrameReader.FactsAsync(path, time, cancellationToken));
        Took(path, record.Number);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} lies among the frames and cannot be taken; it is left where it is. {Reason}")]
    private partial void LeftWhereItIs(string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting {Path}: a crash cut its writing short.")]
    private partial void Deleting(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is a temporary file and cannot be deleted now. {Reason}")]
    private partial void NotDeleted(string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took {Path} as frame {Number}: it was on disk, but not in the catalogue.")]
    private partial void Took(string path, int number);
}
