using Files.Shared;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.Discard;

/// <summary>
/// The second of the two doors (law 2; <see cref="Release.ReleaseDoor"/> is the first): it deletes a frame's local bytes on an operator's
/// explicit word, which is in the catalogue as a tombstone before anything goes. Each step can be done again: a crash in between is
/// finished at the next look.
/// </summary>
internal sealed partial class DiscardDoor(
    Catalogue catalogue, StorageRoot root, DataFolder data, IIpfsNode ipfs, FrameFiles files, JournalWriter journal,
    ILogger<DiscardDoor> log)
{
    /// <summary>Erases a discarded frame here: its bytes, its blocks and its preview. Its row stays, for ever.</summary>
    /// <exception cref="ArgumentException">Nobody discarded it.</exception>
    public async Task EraseAsync(CaptureRecord capture)
    {
        if (capture is not { DiscardedAt: { } at, DiscardedBy: { } by, DiscardReason: { } reason })
        {
            throw new ArgumentException(
                $"Nobody discarded capture {capture.Id}: nothing is erased without an operator's word (law 2).", nameof(capture));
        }

        // No cancellation: the word is given, and each step can be repeated.
        await root.EnsurePresentAsync(CancellationToken.None);
        // The word goes beside the frames first: a catalogue that is lost and rebuilt must not look for what was erased on purpose.
        await journal.WriteAsync(capture.Session, CancellationToken.None);
        // References before the file: a block whose file is gone would be reported as damage by a reader.
        await ipfs.UnpinAsync(capture.Id.ToString(), CancellationToken.None);
        if (!await files.DeleteAsync(capture))
        {
            await catalogue.Events.FailedAsync(capture.Id.ToString(),
                $"another file lies at {capture.Path} than the one that was saved: it is not discarded, and stays", CancellationToken.None);
        }

        DurableFile.Delete(data.PreviewOf(capture.Id));
        await catalogue.Ledger.ApplyAsync(new Fact.Erased(capture.Id), CancellationToken.None);
        Erased(capture.Session, capture.Number, by, reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Erased frame {Session}/{Number}, which {By} discarded: {Reason}")]
    private partial void Erased(SessionName session, int number, string by, string reason);
}
