using System.Collections.Concurrent;

namespace Wanda.PinningServer;

/// <summary>
/// When each node was last heard of. Kept in memory and written now and then: losing the last minutes to a crash costs nothing, a write a
/// request would.
/// </summary>
internal sealed class NodeSightings(PinDatabase database, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, DateTimeOffset> All => _seen;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var (node, seen) in await database.SightingsAsync(cancellationToken))
            _seen.TryAdd(node, seen);
    }

    public void Saw(Node node) => _seen[node.Name] = time.GetUtcNow();

    public Task SaveAsync(CancellationToken cancellationToken) => database.SawAsync([.. _seen], cancellationToken);
}
