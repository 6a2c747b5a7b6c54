using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>What a discard would take away.</summary>
public sealed record DiscardPreview
{
    /// <summary>The frame.</summary>
    public required FrameView Frame { get; init; }

    /// <summary>Whether its bytes are on this node.</summary>
    public required bool Here { get; init; }

    /// <summary>The destinations that took it, each of which is told to let it go.</summary>
    public required IReadOnlyList<string> Destinations { get; init; }

    /// <summary>Other frames of the same content; theirs stays, everywhere.</summary>
    public required int Twins { get; init; }

    /// <summary>The same in a sentence.</summary>
    public required string Sentence { get; init; }
}

/// <summary>An operator's word that a frame is to go for ever. The workers carry it out.</summary>
public sealed class DiscardCommand(
    Catalogue catalogue, JournalWriter journal, FrameQuery frames, FetchedStore fetched, StuckWork stuck, WandaOptions options,
    TimeProvider time)
{
    private const int MaxReason = 300;

    /// <summary>What would be lost, and where copies are.</summary>
    /// <exception cref="OpsException">There is no such frame, several, or it is discarded already.</exception>
    public async Task<DiscardPreview> PreviewAsync(string what, CancellationToken cancellationToken)
    {
        var row = await frames.FindAsync(what, cancellationToken);
        var capture = row.Capture;
        if (capture.DiscardedAt is { } at)
        {
            throw new OpsException(
                $"{capture.Session}/{capture.Number} was discarded already, {at:u} by {capture.DiscardedBy}: {capture.DiscardReason}");
        }

        var places = row.Custody.SentTo?.Split(", ") ?? [];
        var here = capture.ReleasedAt is null;
        var twins = capture.Cid is { } cid ? await catalogue.Captures.CountByCidAsync(cid, cancellationToken) - 1 : 0;
        string[] all = [.. here ? new[] { "this node" } : [], .. places];
        return new DiscardPreview
        {
            Frame = await frames.ViewAsync(row, cancellationToken),
            Here = here,
            Destinations = places,
            Twins = twins,
            Sentence = $"{capture.Session}/{capture.Number} ({capture.FileName}) would be erased for ever from {string.Join(", ", all)}, "
                + "with its preview; nothing brings it back." + Kept(places)
                + (twins > 0 ? $" {twins} other frame{(twins == 1 ? "" : "s")} with the same content stay{(twins == 1 ? "s" : "")}." : ""),
        };
    }

    // What is unpinned is read there on until somebody collects, which is not ours to do.
    private string Kept(string[] places) =>
        options.Destinations.Where(d => d.Kind == "kubo" && places.Contains(d.Name)).Select(d => d.Name).ToList() is { Count: > 0 } kubos
            ? $" {string.Join(", ", kubos)} unpin{(kubos.Count == 1 ? "s" : "")} it: who has its CID reads it there until the operator "
                + "collects (ipfs repo gc)."
            : "";

    /// <summary>
    /// Gives the word. It is on disk when this returns; the workers do the rest, each destination as soon as it can be reached.
    /// </summary>
    /// <param name="what">The frame; see <see cref="FrameQuery.FindAsync"/>.</param>
    /// <param name="by">Who says so, as the frame's timeline will tell.</param>
    /// <param name="reason">Why: 1 to 300 characters.</param>
    /// <param name="cancellationToken">Cancels before the word is on disk.</param>
    /// <exception cref="OpsException">There is no such frame, several, it is discarded already, or there is no reason.</exception>
    public async Task<DiscardPreview> RunAsync(string what, string by, string reason, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason)
            throw new OpsException($"A discard needs a reason of 1 to {MaxReason} characters: whoever misses the frame will want to know.");
        var gone = await PreviewAsync(what, cancellationToken);
        var (id, now) = (Contracts.CaptureId.Parse(gone.Frame.Id), time.GetUtcNow());
        if (!await catalogue.Ledger.ApplyAsync(new Fact.Discarded(id, now, by, reason.Trim()), cancellationToken))
            throw new OpsException($"{gone.Frame.Session}/{gone.Frame.Number} was discarded meanwhile.");
        await JournalAsync(new(gone.Frame.Session));
        await ForgetAsync(gone);
        await stuck.LetGoAsync(id.Value, CancellationToken.None);
        return gone;
    }

    // The copy in the cache of fetched frames goes as well, unless another capture has the same content. When that fails the frame is still
    // shown to nobody: the catalogue says that it is discarded.
    private async Task ForgetAsync(DiscardPreview gone)
    {
        try
        {
            if (gone is { Twins: 0, Frame.Cid: { } cid })
                await fetched.ForgetAsync(Ipfs.Cid.Parse(cid), CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The cache drops it sooner or later by itself.
        }
    }

    // The word stands in the catalogue; the workers write this line too, before anything goes. Here it only makes the gap between the two
    // shorter.
    private async Task JournalAsync(Contracts.SessionName session)
    {
        try
        {
            await journal.WriteAsync(session, CancellationToken.None);
        }
        catch (Exception e) when (e is StorageRootException or IOException or UnauthorizedAccessException)
        {
            // The disk is away: the frame goes when it is back.
        }
    }
}
