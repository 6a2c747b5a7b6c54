using MassTransit;
using Wanda.Contracts;

namespace Wanda.Workers.Release;

/// <summary>
/// Looks at a frame when something that its release waits for has happened. What cannot go yet is looked at again by
/// <see cref="ReleaseSweep"/>, so no message waits here.
/// </summary>
internal sealed class ReleaseConsumer(ReleaseRound round) :
    IConsumer<CaptureProven>, IConsumer<ThumbnailCreated>, IConsumer<ThumbnailUnavailable>
{
    public Task Consume(ConsumeContext<CaptureProven> context) => round.ConsiderAsync(context.Message.CaptureId, context.CancellationToken);

    public Task Consume(ConsumeContext<ThumbnailCreated> context) =>
        round.ConsiderAsync(context.Message.CaptureId, context.CancellationToken);

    public Task Consume(ConsumeContext<ThumbnailUnavailable> context) =>
        round.ConsiderAsync(context.Message.CaptureId, context.CancellationToken);
}
