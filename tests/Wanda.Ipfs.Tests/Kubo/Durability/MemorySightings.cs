namespace Wanda.Ipfs.Tests.Kubo.Durability;

/// <summary>Sightings that last as long as a test.</summary>
public sealed class MemorySightings : IKuboSightings
{
    public Dictionary<string, KuboSighting> Known { get; } = [];

    public Task<KuboSighting?> FindAsync(string peer, CancellationToken cancellationToken) =>
        Task.FromResult(Known.GetValueOrDefault(peer));

    public Task SaveAsync(string peer, KuboSighting? sighting, CancellationToken cancellationToken)
    {
        if (sighting is null)
            Known.Remove(peer);
        else
            Known[peer] = sighting;
        return Task.CompletedTask;
    }
}
