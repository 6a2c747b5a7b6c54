using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>The gateways of <c>retrieval.gateways</c>, for what no destination gives.</summary>
internal sealed class PublicGateways(WandaOptions options, TimeProvider time) : IDisposable
{
    private readonly List<TrustlessGateway> _gateways =
        [.. options.Retrieval.Gateways.Select(g => new TrustlessGateway(new RemoteEndpoint(new Uri(g)) { Tries = 2 }, time))];

    public IEnumerable<ICopySource> All => _gateways.Select(g => new One(g));

    public void Dispose() => _gateways.ForEach(g => g.Dispose());

    private sealed class One(TrustlessGateway gateway) : ICopySource
    {
        public string Name => gateway.Name;

        public Task<ICopy> OpenAsync(Cid root, CancellationToken cancellationToken = default) =>
            Task.FromResult<ICopy>(new StoreCopy(gateway));
    }
}
