using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>How destinations are spoken with.</summary>
internal static class Remotes
{
    /// <summary>
    /// An address of a destination: a dropped connection is tried again at once; a real outage is the breaker's business.
    /// </summary>
    /// <param name="options">The destination.</param>
    /// <param name="address">The address.</param>
    /// <param name="token">Its bearer token; null for none.</param>
    /// <param name="line">What is sent there goes over this; null where nothing is sent.</param>
    public static RemoteEndpoint Endpoint(DestinationOptions options, Uri address, string? token = null, UploadLine? line = null) =>
        Endpoint(options, new RemoteEndpoint(address) { Authorization = token is null ? null : RemoteEndpoint.Bearer(token) }, line);

    /// <summary>The same of an address that says itself how it is reached.</summary>
    public static RemoteEndpoint Endpoint(DestinationOptions options, RemoteEndpoint there, UploadLine? line = null) =>
        there with
        {
            Name = options.Name,
            Patience = options.Timeout,
            Sending = line is null ? null : line.SendingAsync,
            MinReadRate = options.MinReadRate.Bytes,
            Tries = 3,
            FirstWait = TimeSpan.FromMilliseconds(300),
        };
}
