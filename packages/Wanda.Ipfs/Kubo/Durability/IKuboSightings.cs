namespace Wanda.Ipfs;

/// <summary>What was seen of a daemon whose configuration lets it flush.</summary>
/// <param name="Started">
/// When it had been started, in its own words, as we saw that configuration first: what runs may be older than what is configured. Null
/// once it was seen started again since.
/// </param>
public sealed record KuboSighting(string? Started);

/// <summary>
/// Remembers <see cref="KuboSighting"/>s by peer id, in what outlives our process: forgotten, a daemon has to be started again once more.
/// </summary>
public interface IKuboSightings
{
    /// <summary>What was recorded of a daemon; null when nothing was.</summary>
    Task<KuboSighting?> FindAsync(string peer, CancellationToken cancellationToken);

    /// <summary>Records it in place of what was; null forgets the daemon.</summary>
    Task SaveAsync(string peer, KuboSighting? sighting, CancellationToken cancellationToken);
}
