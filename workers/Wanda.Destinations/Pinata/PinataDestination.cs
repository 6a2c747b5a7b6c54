using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Pinata;

/// <summary>
/// Pinata: our blocks as a CAR to its public network, resumable when large; proven by reading every byte back through the account's own
/// gateway.
/// </summary>
internal sealed class PinataDestination(DestinationOptions options, DestinationTools tools, UploadLine line) : IDestination, IReadable
{
    private const string Kind = "Pinata";

    // As Pinata documents its "Gateway Access Controls".
    private const string GatewayKey = "x-pinata-gateway-token";

    private readonly TokenClient<PinataClient> _client = new(
        new Secret(options.Name, options.Token, options.TokenFile),
        token => new PinataClient(
            Remotes.Endpoint(options, options.Url.Length > 0 ? new Uri(options.Url) : PinataClient.ApiAddress, token),
            Remotes.Endpoint(options, options.UploadUrl is { } uploads ? new Uri(uploads) : PinataClient.UploadAddress, token, line),
            tools.Time));

    private readonly GatewayProof? _proof =
        options.Gateway is null
            ? null
            : new GatewayProof(options, tools, (endpoint, token) => endpoint with { KeyHeader = new(GatewayKey, token) });

    public string Name => options.Name;

    public async Task<string?> PushAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        var client = await _client.GetAsync(cancellationToken);
        var blocks = await OwnBlocks.ListAsync(tools.Ipfs, item, cancellationToken);
        return await RemoteCall.RunAsync(Name, Kind, item, async () =>
            (await client.UploadAsync(item.Cid, blocks, tools.Ipfs, LabelsOf(item), cancellationToken)).Id);
    }

    public async Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancellationToken) =>
        _proof is null ? null : await _proof.ProveAsync(item, cancellationToken);

    public Task ReadAsync(OffloadItem item, Func<IBlockSource, Task> read, CancellationToken cancellationToken) =>
        _proof?.ReadAsync(read, cancellationToken) ?? throw new NotHeldException("it has no \"gateway\" to read from.");

    public async Task UnpinAsync(string remoteId, CancellationToken cancellationToken)
    {
        var client = await _client.GetAsync(cancellationToken);
        await RemoteCall.RunAsync(Name, Kind, null, () => client.DeleteAsync(remoteId, cancellationToken));
    }

    private PinataLabels LabelsOf(OffloadItem item) => new()
    {
        Name = item.Labels.CaptureId ?? item.Labels.Name,
        GroupId = options.Group,
        KeyValues = item.Labels.ToMap(),
    };
}
