using Files.Shared;
using MassTransit;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Imaging;

namespace Wanda.Workers.Thumbnail;

/// <summary>Makes a frame's preview, or finds out why there can be none; either way the frame goes on (law 8).</summary>
internal sealed partial class ThumbnailConsumer(
    Catalogue catalogue, StorageRoot root, DataFolder data, ThumbnailMaker maker, ReleaseNews release, ILogger<ThumbnailConsumer> log)
    : IConsumer<CaptureSaved>
{
    public async Task Consume(ConsumeContext<CaptureSaved> context)
    {
        var cancellationToken = context.CancellationToken;
        if (await catalogue.Captures.FindOrTellAsync(context.Message.CaptureId, log, cancellationToken)
            is not { DiscardedAt: null } capture)
        {
            return;
        }

        Fact.Previewed? previewed = null;
        if (capture.Preview == PreviewState.Pending)
        {
            var (reason, made) = await TryMakeAsync(capture, cancellationToken);
            previewed = new Fact.Previewed(capture.Id, reason, made?.Warning, Figures(made?.Statistics));
            // Before it is asked whether the frame waits for it: a proof that comes meanwhile takes it along onto the record.
            catalogue.Ledger.ApplyAlong(previewed);
            capture = await catalogue.Captures.GetAsync(capture.Id, cancellationToken);
        }

        if (capture.DiscardedAt is not null)
        {
            // The frame was discarded while its preview was made: its erasure has run already and will not come back for this file.
            DurableFile.Delete(data.PreviewOf(capture.Id));
            return;
        }

        if (!await release.IsAwaitedAsync(capture.Id, cancellationToken))
            return;
        if (previewed is not null)
            await catalogue.Ledger.ApplyAsync(previewed, cancellationToken);
        capture = await catalogue.Captures.GetAsync(capture.Id, cancellationToken);
        // Sent again when the message comes a second time: a crash may have come between the row and this (law 3).
        if (capture.Preview == PreviewState.Ready)
        {
            await context.Publish(new ThumbnailCreated { CaptureId = capture.Id, Session = capture.Session }, cancellationToken);
        }
        else
        {
            await context.Publish(
                new ThumbnailUnavailable { CaptureId = capture.Id, Session = capture.Session, Reason = capture.PreviewReason! },
                cancellationToken);
        }
    }

    // A frame of floating-point samples may measure to nothing that has a number: that is no figure.
    private static FrameFigures? Figures(FrameStatistics? measured) =>
        measured is { Width: var width, Height: var height, Median: var median, Mad: var mad, Minimum: var low, Maximum: var high }
        && double.IsFinite(median) && double.IsFinite(mad) && double.IsFinite(low) && double.IsFinite(high)
            ? new FrameFigures(width, height, median, mad, low, high, measured.SaturatedFraction)
            : null;

    /// <summary>Why there is no preview (<see cref="PreviewCode"/>), or what was made; neither when it was there already.</summary>
    private async Task<(string? Reason, Imaging.Thumbnail? Made)> TryMakeAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        var preview = data.PreviewOf(capture.Id);
        if (File.Exists(preview))
            // Made before a crash, or before the catalogue was lost. It is complete: a preview gets its name when it is finished.
            return default;
        var frame = root.Resolve(capture.Path);
        var missing = FileIdentity.Of(frame) is null; // a pipe in its place would be waited for
        // Looked at after the file, not before: a disk that goes in between takes the file with it, and that is no evidence (law 5).
        await root.EnsurePresentAsync(cancellationToken);
        if (missing && capture is { ReleasingAt: null } && capture.LiesInPlace())
            throw FrameFiles.NotAsItLay(capture);
        if (missing)
        {
            return (capture.ReleasingAt is null
                ? Coded.Text(PreviewCode.FileMissing, capture.Path)
                : Coded.Text(PreviewCode.Released), null);
        }

        DurableFile.CreateDirectory(Path.GetDirectoryName(preview)!);
        try
        {
            Imaging.Thumbnail? made = null;
            await DurableFile.WriteAsync(preview, overwrite: true,
                async stream => made = await maker.MakeAsync(frame, stream, cancellationToken), cancellationToken);
            return (null, made);
        }
        catch (NoPreviewException e)
        {
            return (Coded.Text(PreviewCode.NotPossible, e.Message), null);
        }
        catch (Exception e) when (e is not (IOException or UnauthorizedAccessException or OperationCanceledException))
        {
            // The same bytes would fail the same way for ever, and the frame would wait for its preview as long (law 8).
            PreviewFailed(e, capture.Session, capture.Number);
            return (Coded.Text(PreviewCode.Failed, e.Message), null);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "No preview of {Session}/{Number}: the preview maker failed.")]
    private partial void PreviewFailed(Exception e, SessionName session, int number);
}
