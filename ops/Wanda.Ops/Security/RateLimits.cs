using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Wanda.Ops.Security;

/// <summary>What is limited, each by itself.</summary>
internal enum Limited
{
    Status,
    Stats,
    Pin,
    ReadContent,
    AddContent,
    Login,
}

/// <summary>How often a minute an address may ask for what costs this node much; one that goes silent is forgotten.</summary>
internal sealed class RateLimits : IDisposable
{
    private static readonly Dictionary<Limited, int> PerMinute = new()
    {
        [Limited.Status] = 60,
        [Limited.Stats] = 30,
        [Limited.Pin] = 10,
        [Limited.ReadContent] = 30,
        [Limited.AddContent] = 10,
        [Limited.Login] = 6,
    };

    private readonly PartitionedRateLimiter<(Limited What, IPAddress From)> _limiter =
        PartitionedRateLimiter.Create<(Limited What, IPAddress From), (Limited What, IPAddress From)>(key =>
            RateLimitPartition.GetSlidingWindowLimiter(key, k => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = PerMinute[k.What],
                Window = TimeSpan.FromMinutes(1),
                SegmentsPerWindow = 6,
                AutoReplenishment = true,
            }));

    /// <summary>Counts a request.</summary>
    /// <exception cref="AppException">It is one too many.</exception>
    public void Take(HttpContext context, Limited what)
    {
        using var lease = _limiter.AttemptAcquire((what, LineOf(Access.AddressOf(context))));
        if (!lease.IsAcquired)
        {
            throw new AppException(AppError.TooManyRequests, $"More than {PerMinute[what]} a minute. Ask again in a while.")
            {
                RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(10),
            };
        }
    }

    public void Dispose() => _limiter.Dispose();

    // Of IPv6 the first 64 bits: who has one line at home takes another address of it whenever he likes.
    private static IPAddress LineOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
