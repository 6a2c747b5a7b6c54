using System.Collections.Concurrent;
using MassTransit;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Offload;

namespace Wanda.Workers.Discard;

/// <summary>
/// Carries an operator's word out: erases what is here, and puts one message into the queue of each destination that has something to let
/// go. The catalogue says what is left to do, so it survives every crash and every outage, and what a destination took after the word goes
/// too.
/// </summary>
internal sealed partial class DiscardRound(
    Catalogue catalogue, DiscardDoor door, DestinationSet destinations, ISqliteQueues queues, IBus bus, TimeProvider time,
    ILogger<DiscardRound> log)
{
    private const int Page = 200;

    // A file that the disk does not let go is tried again, but not at each round: each time is a line in the journal.
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<CaptureId, DateTimeOffset> _refused = new();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var capture in await catalogue.Captures.UnerasedAsync(Page + _refused.Count, cancellationToken))
        {
            if (!_refused.TryGetValue(capture.Id, out var refused) || (now - refused).Duration() >= AfterRefusal)
                await TryEraseAsync(capture);
        }

        foreach (var destination in destinations.All)
        {
            foreach (var pin in await catalogue.Custody.DiscardedPinsAsync(destination.Name, Page, cancellationToken))
                await SendAsync(QueueNames.Offload(destination.Name), CaptureId.Parse(pin.Subject), cancellationToken);
        }
    }

    /// <summary>One frame that cannot be erased now does not hold up the others.</summary>
    private async Task TryEraseAsync(CaptureRecord capture)
    {
        try
        {
            await door.EraseAsync(capture);
            _refused.TryRemove(capture.Id, out _);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _refused[capture.Id] = time.GetUtcNow();
            NotErased(capture.Session, capture.Number, e.Message);
        }
    }

    // While the queue holds another message of this frame nothing is sent: that one may still upload the frame, and must be done first.
    private async Task SendAsync(string queue, CaptureId id, CancellationToken cancellationToken)
    {
        if (await queues.ContainsAsync(queue, id.Value, cancellationToken))
            return;
        var capture = await catalogue.Captures.GetAsync(id, cancellationToken);
        await (await bus.GetSendEndpoint(new Uri($"queue:{queue}"))).Send(
            new CaptureDiscarded { CaptureId = id, Session = capture.Session }, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Session}/{Number} is discarded and not erased yet: {Reason}")]
    private partial void NotErased(SessionName session, int number, string reason);
}
