using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>Reads one frame with its custody timeline.</summary>
public sealed class CaptureDetailQuery(
    Catalogue catalogue, FrameQuery frames, HoldQuery holds, DestinationQuery destinations, TimeProvider time)
{
    private const int MaxLines = 500;

    /// <summary>The frame that an operator means; see <see cref="FrameQuery.FindAsync"/>.</summary>
    /// <exception cref="OpsException">There is none, or several.</exception>
    public async Task<CaptureDetail> FindAsync(string what, CancellationToken cancellationToken)
    {
        var row = await frames.FindAsync(what, cancellationToken);
        var subject = row.Capture.Id.ToString();
        var known = await destinations.ListAsync(cancellationToken);
        var proofs = await catalogue.Custody.ProofsOfAsync(subject, cancellationToken);
        var view = await frames.ViewAsync(row, cancellationToken);
        return new CaptureDetail
        {
            Frame = view,
            Path = row.Capture.Path,
            Original = ArchivePaths.OriginalOf(row.Capture)?.ToString(),
            Source = row.Capture.Source,
            OriginalFile = OriginalWords.Of(row.Capture, time.GetUtcNow(), time.LocalTimeZone),
            OriginalState = row.Capture.Original,
            Sha256 = row.Capture.Sha256,
            PreviewWarning = row.Capture.PreviewWarning,
            Figures = row.Capture.Figures,
            Next = view is { IsStuck: true, State: not CustodyState.Lost }
                ? "Nothing by itself: see what is wrong, then retry it on the page of its queue, or with 'wanda queue retry'."
                : NextStep.Of(row, await holds.OfAsync(row.Capture, cancellationToken), known, time.GetUtcNow(), time.LocalTimeZone),
            Timeline = (await catalogue.Events.OfAsync(subject, MaxLines, cancellationToken))
                .Select(line => Entry(line, row.Capture.Preview)).ToList(),
            Proofs = [.. proofs.Select(p => ProofView.Of(p, time.GetUtcNow(), time.LocalTimeZone))],
            Links = Links(row.Capture, proofs, known),
        };
    }

    private static List<GatewayLink> Links(
        CaptureRecord capture, IReadOnlyList<CustodyProof> proofs, IReadOnlyList<DestinationView> known) =>
        known.Where(d => capture.Cid is not null && proofs.Any(p => p.Destination == d.Name && p.Cid == capture.Cid))
            .Select(d => (d.Name, Url: d.LinkTo(capture.Cid!))).Where(l => l.Url is not null)
            .Select(l => new GatewayLink(l.Name, l.Url!)).ToList();

    private static TimelineEntry Entry(CustodyEvent line, PreviewState preview) =>
        new(line.At, line.Kind, CustodyWords.Of(line.Kind), CustodyWords.Detail(line, preview), line.Kind switch
        {
            EventKind.Lost => Severity.Lost,
            EventKind.Failed or EventKind.Held => Severity.Waiting,
            _ => Severity.Calm,
        });
}
