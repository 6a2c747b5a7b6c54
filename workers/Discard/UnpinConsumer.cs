using MassTransit;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Workers.Offload;

namespace Wanda.Workers.Discard;

/// <summary>
/// Makes one destination let a discarded frame go, in the same queue and behind the same breaker as what brought it there.
/// </summary>
internal sealed class UnpinConsumer(Offloader destination, Catalogue catalogue) : IConsumer<CaptureDiscarded>
{
    public async Task Consume(ConsumeContext<CaptureDiscarded> context)
    {
        var cancellationToken = context.CancellationToken;
        var id = context.Message.CaptureId;
        // The catalogue decides, not the message: the frame must be discarded there, and this destination must be on record as having it.
        // Without such a record the work was done before (law 3).
        if (await catalogue.Captures.FindAsync(id, cancellationToken) is not { DiscardedAt: not null }
            || await catalogue.Custody.FindPushAsync(destination.Name, id.ToString(), cancellationToken) is not { } pin)
        {
            return;
        }

        await catalogue.Ledger.ApplyAsync(new Fact.Unpinned(pin, await UnpinAsync(pin, cancellationToken)), cancellationToken);
    }

    private async Task<string> UnpinAsync(RemotePin pin, CancellationToken cancellationToken)
    {
        if (pin.RemoteId is not { } id)
            return $"{destination.Name} names no pin that it could let go";
        if (await catalogue.Custody.IsSharedAsync(pin, cancellationToken))
            return $"{destination.Name} keeps the content: another frame has the same";
        await destination.UnpinAsync(id, cancellationToken);
        return (destination.Destination as ITellsUnpinning)?.Unpinned(id) ?? $"{destination.Name} let it go";
    }
}
