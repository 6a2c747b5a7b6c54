using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>
/// Requests a minute: of each node, of everybody without a token together, and of those who try invites. One node gone wild slows nobody
/// else down.
/// </summary>
internal sealed class RateMiddleware : IDisposable
{
    private const int JoinsPerMinute = 60;

    // Names for callers that are no node. A node's name has no space, so they cannot be taken for one.
    private const string Nobody = "nobody in particular";
    private const string Health = "whoever watches";
    private const string Joining = "whoever joins";

    private readonly RequestDelegate _next;
    private readonly PartitionedRateLimiter<HttpContext> _limiter;

    public RateMiddleware(RequestDelegate next, PinningServerOptions options)
    {
        _next = next;
        _limiter = PartitionedRateLimiter.Create<HttpContext, string>(context => context.CallerOrNobody() switch
        {
            { } node => Bucket(node.Name, options.MaxRequestsPerMinute),
            _ when HttpMethods.IsPost(context.Request.Method) => Bucket(Joining, JoinsPerMinute),
            _ when context.Request.Path == "/health" => RateLimitPartition.GetNoLimiter(Health),
            _ => Bucket(Nobody, options.MaxRequestsPerMinute),
        });
    }

    public Task InvokeAsync(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context);
        if (!lease.IsAcquired)
        {
            var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
            throw new ApiException(StatusCodes.Status429TooManyRequests, "TOO_MANY_REQUESTS",
                "That is more requests a minute than this server takes from you.", wait);
        }

        return _next(context);
    }

    public void Dispose() => _limiter.Dispose();

    // A minute's worth may come at once; after that it is so many a second.
    private static RateLimitPartition<string> Bucket(string key, int perMinute) => RateLimitPartition.GetTokenBucketLimiter(key, _ => new()
    {
        TokenLimit = perMinute,
        TokensPerPeriod = Math.Max(1, perMinute / 60),
        ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, 60.0 / perMinute)),
        QueueLimit = 0,
    });
}
