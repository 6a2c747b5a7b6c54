using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Hosting;

/// <summary>Messages made from catalogue rows: the same whether the first worker or the reconciler sends them (law 3).</summary>
public static partial class CaptureEvents
{
    /// <summary>"This frame is saved."</summary>
    public static CaptureSaved ToSaved(this CaptureRecord capture) => new()
    {
        CaptureId = capture.Id,
        Session = capture.Session,
        Number = capture.Number,
        SizeBytes = capture.SizeBytes,
        SavedAt = capture.SavedAt,
    };

    /// <summary>"This frame has its CID."</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public static CaptureAdded ToAdded(this CaptureRecord capture) => new()
    {
        CaptureId = capture.Id,
        Session = capture.Session,
        Cid = capture.Cid ?? throw new InvalidOperationException($"Capture {capture.Id} has no CID yet."),
        SizeBytes = capture.SizeBytes,
    };

    /// <summary>The row of a capture that was there a moment ago: rows are never deleted.</summary>
    /// <exception cref="PoisonException">There is none.</exception>
    public static async Task<CaptureRecord> GetAsync(this CaptureStore captures, CaptureId id, CancellationToken cancellationToken) =>
        await captures.FindAsync(id, cancellationToken) ?? throw new PoisonException(
            $"The catalogue knows no capture {id}. If it was lost, stop WANDA and start it again: it is rebuilt from the session folders.");

    /// <summary>
    /// The row that a message is about; null where nobody knows the capture any more: catalogue and journal lost it, or are older than the
    /// queue. There is nothing that could be done with the message then, and it is let go. A file that is here was taken again, under an id
    /// of its own, and the reconciler sends what that one needs (law 5).
    /// </summary>
    /// <param name="captures">The frames.</param>
    /// <param name="id">The capture.</param>
    /// <param name="log">Where it is told.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<CaptureRecord?> FindOrTellAsync(
        this CaptureStore captures, CaptureId id, ILogger log, CancellationToken cancellationToken)
    {
        var capture = await captures.FindAsync(id, cancellationToken);
        if (capture is null)
            LetGo(log, id);
        return capture;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message about capture {Id} is let go: neither the catalogue nor a journal knows "
        + "it. If its file is among the frames it has another id now, and is worked on under that.")]
    private static partial void LetGo(ILogger log, CaptureId id);
}
