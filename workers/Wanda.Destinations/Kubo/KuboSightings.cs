using System.Text.Json;
using Wanda.Catalog;
using Wanda.Ipfs;

namespace Wanda.Destinations.Kubo;

/// <summary>What was seen of daemons, in the node's catalogue: a restart of ours forgets none of it.</summary>
/// <param name="catalogue">It; null where nothing is proven: nothing is remembered then, and none is known to flush.</param>
internal sealed class KuboSightings(Catalogue? catalogue) : IKuboSightings
{
    public async Task<KuboSighting?> FindAsync(string peer, CancellationToken cancellationToken) =>
        catalogue is not null && await catalogue.Node.FindDaemonAsync(peer, cancellationToken) is { } seen
            ? JsonSerializer.Deserialize<KuboSighting>(seen)
            : null;

    public Task SaveAsync(string peer, KuboSighting? sighting, CancellationToken cancellationToken) =>
        catalogue?.Node.StoreDaemonAsync(peer, sighting is null ? null : JsonSerializer.Serialize(sighting), cancellationToken)
            ?? Task.CompletedTask;
}
