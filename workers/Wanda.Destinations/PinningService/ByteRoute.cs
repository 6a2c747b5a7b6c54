using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.PinningService;

/// <summary>
/// How a pinning service gets the bytes. By <c>carUrl</c>: a CAR that is posted there, or imported, where the address is that of Kubo's
/// <c>dag/import</c>. Else it fetches them from our Kubo: it is told where that is, and our Kubo connects to its peers.
/// </summary>
internal sealed class ByteRoute(DestinationOptions options, DestinationTools tools, UploadLine line)
{
    private const string Import = "/api/v0/dag/import";

    private readonly TokenClient<CarUploader> _uploader = new(
        new Secret(options.Name, options.Token, options.TokenFile),
        token => new CarUploader(Remotes.Endpoint(options, new Uri(options.CarUrl!), token, line), tools.Time));

    private readonly TokenClient<KuboClient> _importer = new(
        new Secret(options.Name, options.Token, options.TokenFile),
        token => new KuboClient(Remotes.Endpoint(options, new Uri(options.CarUrl![..^Import.Length]), token, line), tools.Time));

    /// <summary>Sends the blocks, where the service takes them.</summary>
    public async Task SendAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        if (options.CarUrl is null)
        {
            if (tools.Kubo is null)
            {
                throw new DestinationDownException(
                    "it has no way to get our frames: write \"carUrl\", where it takes CARs, or set \"ipfs.kubo.url\", so "
                        + "that it can fetch them from a Kubo of yours.",
                    needsOperator: true, destination: options.Name);
            }

            return;
        }

        var blocks = await OwnBlocks.ListAsync(tools.Ipfs, item, cancellationToken);
        if (options.CarUrl.EndsWith(Import, StringComparison.Ordinal))
        {
            var kubo = await _importer.GetAsync(cancellationToken);
            await RemoteCall.RunAsync(options.Name, "a service that imports CARs", item, () => kubo.Dag.ImportAsync(
                CarWriter.LengthOf([item.Cid], blocks),
                (stream, stop) => CarWriter.WriteAsync(stream, [item.Cid], tools.Ipfs.BlocksAsync(blocks.Select(b => b.Cid), stop), stop),
                pinRoots: false, cancellationToken));
            return;
        }

        var uploader = await _uploader.GetAsync(cancellationToken);
        // A directory does not contain its frames; our own server wants to be told. Others ignore what they do not know.
        var query = item.Kind == SubjectKind.Session ? "?scope=directory" : null;
        await RemoteCall.RunAsync(options.Name, "a service that takes CARs", item,
            () => uploader.UploadAsync(item.Cid, blocks, tools.Ipfs, query, cancellationToken));
    }

    /// <summary>Where our Kubo can be reached; empty when the service is sent the bytes.</summary>
    public async Task<IReadOnlyList<string>> OriginsAsync(CancellationToken cancellationToken)
    {
        if (options.CarUrl is not null || tools.Kubo is null)
            return [];
        var addresses = (await OurKuboAsync(() => tools.Kubo.IdentityAsync(cancellationToken))).Addresses;
        return [.. addresses.Where(a => a.Split('/') is [.., "p2p", { Length: > 0 }] && !IsLoopback(a)).Take(PinRequest.MaxOrigins)];
    }

    /// <summary>Connects our Kubo to the service's peers: behind a router it cannot be found, but it can call.</summary>
    public async Task MeetAsync(IReadOnlyList<string> delegates, CancellationToken cancellationToken)
    {
        if (options.CarUrl is not null || tools.Kubo is null)
            return;
        foreach (var address in delegates.Take(PinRequest.MaxOrigins))
        {
            try
            {
                await tools.Kubo.Swarm.ConnectAsync(address, cancellationToken);
                return;
            }
            catch (RemoteException)
            {
                // The next address may work; and the service can still find and dial us.
            }
        }
    }

    private async Task<T> OurKuboAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RemoteException e)
        {
            throw new DestinationDownException(
                $"it is to fetch from our Kubo, which does not answer: {e.Message}", inner: e, destination: options.Name);
        }
    }

    private static bool IsLoopback(string address) =>
        address.StartsWith("/ip4/127.", StringComparison.Ordinal) || address.StartsWith("/ip6/::1/", StringComparison.Ordinal);
}
