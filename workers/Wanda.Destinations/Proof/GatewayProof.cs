using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>The proof of a service that answers at a gateway of its own: every byte read back through it.</summary>
/// <param name="options">The destination, with its gateway.</param>
/// <param name="tools">What destinations are made with.</param>
/// <param name="authorize">Puts the gateway's token where the service wants it.</param>
internal sealed class GatewayProof(
    DestinationOptions options, DestinationTools tools, Func<RemoteEndpoint, string, RemoteEndpoint> authorize)
{
    // Pinata's own machines are nobody else's. What another service runs on is not to be told from its gateway.
    private const string PinatasOwn = ".mypinata.cloud";

    private readonly Uri _address = new(options.Gateway!);
    private readonly MachineJudge _machine = new(options, tools);
    private readonly TokenClient<TrustlessGateway> _gateway = new(
        new Secret(options.Name, options.GatewayToken ?? Shared(options)?.Token, options.GatewayTokenFile ?? Shared(options)?.TokenFile),
        token => new TrustlessGateway(
            token is null
                ? Remotes.Endpoint(options, new Uri(options.Gateway!))
                : authorize(Remotes.Endpoint(options, new Uri(options.Gateway!)), token), tools.Time));

    /// <inheritdoc cref="ReadBack.ProveAsync"/>
    public async Task<CustodyProof> ProveAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        var gateway = await _gateway.GetAsync(cancellationToken);
        await using var copy = new GatewayCopy(gateway, item, cancellationToken);
        var there = new ReadBackFrom(copy, _address.GetLeftPart(UriPartial.Path),
            await IsHereAsync(cancellationToken), Flushes.Unknown, MayFetch: true);
        try
        {
            return await tools.ReadBack.ProveAsync(item, options, there, cancellationToken);
        }
        catch (NotHeldException) when (copy.MakesNoCars && item.Kind == SubjectKind.Capture)
        {
            return await tools.ReadBack.ProveFileAsync(item, options, there,
                stop => gateway.OpenFileAsync(item.Cid, stop), cancellationToken);
        }
    }

    private Task<bool> IsHereAsync(CancellationToken cancellationToken) => _machine.IsHereAsync(
        _address.Host.EndsWith(PinatasOwn, StringComparison.OrdinalIgnoreCase)
            ? new(Machine.Other, "is Pinata's own")
            : new(Machine.Unknown, $"is read at {_address.Host}, which does not tell its machine"),
        cancellationToken => ThisMachine.HasAsync(_address.Host, cancellationToken), digest: null, cancellationToken);

    /// <summary>Reads what the gateway gives, block by block; each is verified.</summary>
    public async Task ReadAsync(Func<IBlockSource, Task> read, CancellationToken cancellationToken) =>
        await read(await _gateway.GetAsync(cancellationToken));

    /// <summary>
    /// The service's own token, when its gateway is at the same host and port and has none of its own; it goes to no other.
    /// </summary>
    private static DestinationOptions? Shared(DestinationOptions options) =>
        options is { GatewayToken: null, GatewayTokenFile: null, Url.Length: > 0 }
        && Uri.Compare(new Uri(options.Url), new Uri(options.Gateway!), UriComponents.SchemeAndServer, UriFormat.UriEscaped,
            StringComparison.OrdinalIgnoreCase) == 0
            ? options
            : null;
}
