using Files.Shared;
using MassTransit;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Ipfs;
using Wanda.Workers.Audit;

namespace Wanda.Workers.Release;

/// <summary>
/// The only place in this program that deletes a frame's local bytes, and it takes proofs to open (law 2). The catalogue says "releasing"
/// before the file goes and "released" after: a crash in between is finished at the next start and never taken for a lost file.
/// </summary>
internal sealed partial class ReleaseDoor(
    Catalogue catalogue, StorageRoot root, IIpfsNode ipfs, Challenges challenges, IBus bus, TimeProvider time, ILogger<ReleaseDoor> log)
{
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

        await root.EnsurePresentAsync(cancellationToken);
        var path = root.Resolve(capture.Path);
        if (!File.Exists(path))
            return await MissingAsync(capture, cancellationToken);
        if (await SavedFile.ChangeAsync(capture, path, cancellationToken) is { } changed)
            return $"{changed}: what is here is not what the destinations hold";
        // Later audits ask the destination questions about the bytes. The right answers are computed now, while the bytes are still here.
        await challenges.PrepareAsync(capture, cancellationToken);
        var detail = "proven by "
            + string.Join(", ",
                proofs.Select(
                    p => $"{p.Destination} ({(p.Method == ProofMethod.Possession ? "possession" : "read back")}, "
                        + $"{p.ProvenAt:yyyy-MM-dd HH:mm:ss} UTC)"));
        if (!await catalogue.Captures.ReleasingAsync(capture.Id, detail, cancellationToken))
            return null;
        await FinishAsync(capture);
        return null;
    }

    /// <summary>Finishes a release that a crash interrupted after the door was opened.</summary>
    public async Task FinishAsync(CaptureRecord capture)
    {
        // No cancellation from here on: the door is open, and each step can be repeated.
        await root.EnsurePresentAsync(CancellationToken.None);
        // References first: a block whose file is gone would be reported as damage by a reader.
        await ipfs.UnpinAsync(capture.Id.ToString(), CancellationToken.None);
        DurableFile.Delete(root.Resolve(capture.Path));
        await SessionJournal.AppendAsync(
            root.FolderOf(capture.Session),
            new JournalEntry.FrameReleased { Id = capture.Id, At = time.GetUtcNow() }, CancellationToken.None);
        await catalogue.Captures.ReleasedAsync(capture.Id, CancellationToken.None);
        Released(capture.Session, capture.Number, capture.SizeBytes);
        await bus.Publish(
            new CaptureReleased { CaptureId = capture.Id, Session = capture.Session, SizeBytes = capture.SizeBytes },
            CancellationToken.None);
    }

    /// <summary>Absence is no evidence of release (law 5): the disk may be gone, and with it every file.</summary>
    private async Task<string> MissingAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        await root.EnsurePresentAsync(cancellationToken);
        return $"its file {capture.Path} is missing; the copies are at its destinations";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Released frame {Session}/{Number} ({Bytes} bytes).")]
    private partial void Released(SessionName session, int number, long bytes);
}
