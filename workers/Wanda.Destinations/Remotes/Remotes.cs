using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>How destinations are spoken with.</summary>
internal static class Remotes
{
    /// <summary>An address of a destination: a dropped connection is tried again at once; a real outage is the breaker's business.</summary>
    public static RemoteEndpoint Endpoint(DestinationOptions options, Uri address, string? token = null) => new(address)
    {
        Name = options.Name,
        Authorization = token is null ? null : RemoteEndpoint.Bearer(token),
        Patience = options.Timeout,
        MinReadRate = options.MinReadRate.Bytes,
        Tries = 3,
        FirstWait = TimeSpan.FromMilliseconds(300),
    };
}
