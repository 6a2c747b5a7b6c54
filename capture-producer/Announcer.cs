using MassTransit;
using Microsoft.Extensions.Logging;

namespace Wanda.CaptureProducer;

/// <summary>
/// Puts messages into the queue, and never lets capturing wait for it (law 4): a queue that is full, locked or gone costs a few seconds and
/// a line in the log. What was not sent is found in the catalogue and sent by the workers' timers.
/// </summary>
internal sealed partial class Announcer(IBus bus, TimeProvider time, ILogger<Announcer> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>False when the message is not in the queue.</summary>
    public async Task<bool> TryPublishAsync<T>(T message)
        where T : class
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            // Some waits inside the bus do not see the token.
            await bus.Publish<T>(message, Unawaited, patience.Token).WaitAsync(patience.Token);
            return true;
        }
        catch (Exception e)
        {
            NotQueued(e, message);
            return false;
        }
    }

    // A kill does not take it. What a power cut takes is sent by the workers' timers as well.
    private static void Unawaited(PublishContext context) => context.Durable = false;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Message} was not put into the queue; it is made up for later.")]
    private partial void NotQueued(Exception e, object message);
}
