using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.PinningService;

/// <summary>
/// Any service with the Pinning Service API. It gets the bytes by a CAR upload, or fetches them from a Kubo of ours; it is asked for a pin,
/// and what it says of it is no proof: that is every byte, read back through its gateway. Without a gateway there is none.
/// </summary>
internal sealed class PinningServiceDestination(DestinationOptions options, DestinationTools tools, UploadLine line)
    : IDestination, IReadable
{
    private const string Kind = "a pinning service";
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLook = TimeSpan.FromHours(1);

    private readonly Secret _token = new(options.Name, options.Token, options.TokenFile);
    private readonly ByteRoute _route = new(options, tools, line);
    private readonly GatewayProof? _proof =
        options.Gateway is null
            ? null
            : new GatewayProof(options, tools, (endpoint, token) => endpoint with { Authorization = RemoteEndpoint.Bearer(token) });

    private TokenClient<PinningServiceClient>? _client;

    public string Name => options.Name;

    public async Task<string?> PushAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        var client = await ClientAsync(cancellationToken);
        await _route.SendAsync(item, cancellationToken);
        var origins = await _route.OriginsAsync(cancellationToken);
        // AddAsync looks for a pin of ours first: the API makes a second pin of a second request.
        var pin = await AskAsync(item, () => client.AddAsync(
            new PinRequest(item.Cid) { Name = NameOf(item), Origins = origins, Meta = item.Labels.ToMap() }, cancellationToken));
        await _route.MeetAsync(pin.Delegates, cancellationToken);
        return pin.RequestId;
    }

    public async Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        if (_proof is null)
            return null;
        var pin = await FindAsync(item, cancellationToken) ?? throw new NotHeldException($"it knows no pin of {item.Cid}.");
        switch (pin.State)
        {
            case PinRequestState.Failed:
                throw new NotHeldException($"its pin failed: {pin.Details ?? "it does not say why."}");
            case PinRequestState.Queued or PinRequestState.Pinning:
                await _route.MeetAsync(pin.Delegates, cancellationToken);
                var age = tools.Time.GetUtcNow() - pin.Created;
                var state = pin.State.ToString().ToLowerInvariant();
                throw new NotNowException(
                    $"{Name} has not pinned {item.Labels.Session}/{item.Labels.Name} yet ({state}). {pin.Details}".TrimEnd(),
                    TimeSpan.FromTicks(Math.Clamp((age / 4).Ticks, FirstLook.Ticks, LongestLook.Ticks)));
            default:
                return await _proof.ProveAsync(item, cancellationToken);
        }
    }

    public Task ReadAsync(OffloadItem item, Func<IBlockSource, Task> read, CancellationToken cancellationToken) =>
        _proof?.ReadAsync(read, cancellationToken) ?? throw new NotHeldException("it has no \"gateway\" to read from.");

    public async Task UnpinAsync(string remoteId, CancellationToken cancellationToken)
    {
        var client = await ClientAsync(cancellationToken);
        await AskAsync(null, () => client.DeleteAsync(remoteId, cancellationToken));
    }

    private async Task<PinRequestStatus?> FindAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        var client = await ClientAsync(cancellationToken);
        return await AskAsync(item, async () =>
        {
            // The newest that has not failed; a failed one only when there is no other.
            PinRequestStatus? found = null;
            await foreach (var pin in client.ListAsync(new PinRequestFilter { Cids = [item.Cid], Name = NameOf(item) }, cancellationToken))
            {
                if (pin.Pin.Cid.ToV1() != item.Cid.ToV1() || pin.Pin.Name != NameOf(item))
                    continue;
                if (pin.State != PinRequestState.Failed)
                    return pin;
                found ??= pin;
            }

            return found;
        });
    }

    private async Task<PinningServiceClient> ClientAsync(CancellationToken cancellationToken)
    {
        _client ??= new(_token, token => new PinningServiceClient(Remotes.Endpoint(options, new Uri(options.Url), token), tools.Time));
        return await _client.GetAsync(cancellationToken);
    }

    private Task<T> AskAsync<T>(OffloadItem? item, Func<Task<T>> call) => RemoteCall.RunAsync(Name, Kind, item, call);

    // Two captures may have one CID; each has a pin of its own.
    private static string NameOf(OffloadItem item) => item.Labels.CaptureId ?? $"{item.Labels.Session}/{item.Labels.Name}";
}
