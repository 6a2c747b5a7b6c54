using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Hosting;

/// <summary>Messages made from catalogue rows: the same whether the first worker or the reconciler sends them (law 3).</summary>
public static class CaptureEvents
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

    /// <summary>The row that a message is about.</summary>
    /// <exception cref="PoisonException">There is none: no retry can make one.</exception>
    public static async Task<CaptureRecord> GetAsync(this CaptureStore captures, CaptureId id, CancellationToken cancellationToken) =>
        await captures.FindAsync(id, cancellationToken) ?? throw new PoisonException(
            $"The catalogue knows no capture {id}. If it was lost, stop WANDA and start it again: it is rebuilt from the session folders.");
}
