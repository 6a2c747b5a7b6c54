using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>
/// Requests a minute of each node, and without a token of each address. One that has gone wild slows nobody else down.
/// </summary>
internal sealed class RateMiddleware(RequestDelegate next, PinningServerOptions options, TimeProvider time) : IDisposable
{
    private readonly AddressBudget _strangers = new(options.MaxRequestsPerMinute, time);

    // A minute's worth may come at once; after that it is so many a second.
    private readonly PartitionedRateLimiter<Node> _nodes = PartitionedRateLimiter.Create<Node, string>(
        node => RateLimitPartition.GetTokenBucketLimiter(node.Name, _ => new()
        {
            TokenLimit = options.MaxRequestsPerMinute,
            TokensPerPeriod = Math.Max(1, options.MaxRequestsPerMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, 60.0 / options.MaxRequestsPerMinute)),
            QueueLimit = 0,
        }));

    public Task InvokeAsync(HttpContext context)
    {
        if (Wait(context) is { } wait)
        {
            throw new ApiException(StatusCodes.Status429TooManyRequests, "TOO_MANY_REQUESTS",
                "That is more requests a minute than this server takes from you.", wait);
        }

        return next(context);
    }

    public void Dispose() => _nodes.Dispose();

    private TimeSpan? Wait(HttpContext context)
    {
        if (context.CallerOrNobody() is { } node)
        {
            using var lease = _nodes.AttemptAcquire(node);
            return lease.IsAcquired ? null
                : lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        }

        return context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is { Metered: false } ? null : _strangers.Take(context.Address());
    }
}
