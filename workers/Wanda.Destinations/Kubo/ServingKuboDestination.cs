using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Kubo;

/// <summary>
/// A Kubo that we offload to is a node of ours for every other destination: what that one says it holds may come from here.
/// </summary>
public sealed class ServingKuboDestination(DestinationOptions options, TimeProvider time) : IServingNode
{
    private readonly TokenClient<KuboClient> _client = KuboDestination.Client(options, time);

    public async Task<string?> ServingAsync(Cid cid, CancellationToken cancellationToken) =>
        await new ServingKubo(await _client.GetAsync(cancellationToken)).ServingAsync(cid, cancellationToken);
}
