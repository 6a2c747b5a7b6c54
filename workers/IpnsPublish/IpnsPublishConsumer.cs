using MassTransit;
using Wanda.Contracts;

namespace Wanda.Workers.IpnsPublish;

/// <summary>
/// Publishes the node's name when a session's directory is proven somewhere. Messages coalesce: each one publishes the newest root, and
/// finds nothing to do when another one has done so.
/// </summary>
internal sealed class IpnsPublishConsumer(IpnsPublisher publisher) : IConsumer<SessionProven>
{
    public Task Consume(ConsumeContext<SessionProven> context) => publisher.PublishAsync(context.CancellationToken);
}
