using MassTransit;
using MassTransit.Context;
using Microsoft.Extensions.Logging;

namespace Wanda.Hosting;

/// <summary>
/// Law 4 for every consumer: a <see cref="PoisonException"/> goes on to the error queue; anything else puts the message back into the queue
/// with a delay. Message, count and due time are rows in the queue's file, so a crash loses neither the message nor its place in the
/// backoff. There is no last attempt.
/// </summary>
internal sealed partial class PersistedRedelivery<T>(ILogger<PersistedRedelivery<T>> log) : IFilter<ConsumeContext<T>>
    where T : class
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("persisted-redelivery");

    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        try
        {
            await next.Send(new Attempt(context));
        }
        catch (Exception e) when (e.Find<PoisonException>() is { } poison)
        {
            Stuck(context.ReceiveContext.InputAddress.AbsolutePath, typeof(T).Name, context.CorrelationId, poison.Message);
            throw;
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
        {
            var attempt = context.GetRedeliveryCount();
            var delay = e.Find<NotNowException>()?.RetryAfter ?? Backoff.Delay(attempt);
            ComesBack(context.ReceiveContext.InputAddress.AbsolutePath, typeof(T).Name, context.CorrelationId,
                e.Message, delay.TotalSeconds);
            WholeError(e, context.CorrelationId);
            await context.GetPayload<MessageRedeliveryContext>().ScheduleRedelivery(delay, null);
            await context.NotifyConsumed(context, context.ReceiveContext.ElapsedTime, nameof(PersistedRedelivery<T>));
        }
    }

    /// <summary>
    /// What comes back is no fault: MassTransit would log its whole stack and publish a <see cref="Fault{T}"/> at each try, all night long.
    /// </summary>
    private sealed class Attempt(ConsumeContext<T> context) : ConsumeContextProxy<T>(context)
    {
        public override Task NotifyFaulted<TFaulted>(
            ConsumeContext<TFaulted> context, TimeSpan duration, string consumerType, Exception exception) =>
            exception.Find<PoisonException>() is null ? Task.CompletedTask : base.NotifyFaulted(context, duration, consumerType, exception);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Queue}: {Message} {Id} is stuck: {Reason}")]
    private partial void Stuck(string queue, string message, Guid? id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Queue}: {Message} {Id} did not work ({Reason}); it comes back in {Seconds:0} s.")]
    private partial void ComesBack(string queue, string message, Guid? id, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The whole error of {Id}.")]
    private partial void WholeError(Exception e, Guid? id);
}
