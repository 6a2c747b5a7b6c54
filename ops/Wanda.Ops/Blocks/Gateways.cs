using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>The gateways of the configured destinations.</summary>
internal sealed class Gateways(WandaOptions options, TimeProvider time) : IDisposable
{
    public IReadOnlyList<TrustlessGateway> All { get; } =
        options.Destinations.Where(d => d.Kind == "wanda").Select(d => new TrustlessGateway(Endpoint(d), time)).ToList();

    public void Dispose()
    {
        foreach (var gateway in All)
            gateway.Dispose();
    }

    private static RemoteEndpoint Endpoint(DestinationOptions destination) => new(new Uri(destination.Url))
    {
        Name = destination.Name,
        Authorization = Token(destination) is { } token ? RemoteEndpoint.Bearer(token) : null,
        Patience = destination.Timeout,
    };

    private static string? Token(DestinationOptions destination) =>
        destination.Token ?? (destination.TokenFile is { } file && File.Exists(file) ? File.ReadAllText(file).Trim() : null);
}
