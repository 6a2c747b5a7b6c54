namespace Wanda.Ipfs;

/// <summary>A daemon at one moment, for screens.</summary>
/// <param name="Version">Such as <c>0.43.1</c>.</param>
/// <param name="PeerId">Who it is.</param>
/// <param name="Addresses">Where it listens, multiaddresses.</param>
/// <param name="Peers">Whom it is connected to, each once; at most <see cref="MostPeers"/>.</param>
/// <param name="RepositoryBytes">Bytes on its disk.</param>
/// <param name="StorageMaxBytes">The bytes that its configuration allows, which refuse nothing.</param>
/// <param name="Repository">Its folder, on its machine.</param>
/// <param name="Pins">How many recursive pins it has; at most <see cref="MostPins"/> are counted.</param>
public sealed record KuboFacts(
    string Version, string PeerId, IReadOnlyList<string> Addresses, IReadOnlyList<KuboPeer> Peers, long RepositoryBytes,
    long StorageMaxBytes, string Repository, int Pins)
{
    /// <summary>The most peers that are told.</summary>
    public const int MostPeers = 200;

    /// <summary>The most pins that are counted.</summary>
    public const int MostPins = 100_000;

    /// <summary>Asks a daemon for them.</summary>
    /// <param name="client">The daemon.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RemoteException">It does not tell one of them.</exception>
    public static async Task<KuboFacts> ReadAsync(KuboClient client, CancellationToken cancellationToken = default)
    {
        string version = await client.VersionAsync(cancellationToken).ConfigureAwait(false);
        var identity = await client.IdentityAsync(cancellationToken).ConfigureAwait(false);
        var peers = await PeersAsync(client, cancellationToken).ConfigureAwait(false);
        var repository = await client.Repo.StatAsync(cancellationToken).ConfigureAwait(false);
        int pins = 0;
        await foreach (var _ in client.Pins.ListAsync(PinMode.Recursive, cancellationToken).ConfigureAwait(false))
        {
            if (++pins == MostPins)
                break;
        }

        return new(version, identity.Id, identity.Addresses, [.. peers.DistinctBy(p => p.Id).Take(MostPeers)], repository.Size,
            repository.Limit, repository.Path, pins);
    }

    // One without a network, as the managed one without swarmAddresses is not, answers this with an error.
    private static async Task<IReadOnlyList<KuboPeer>> PeersAsync(KuboClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Swarm.PeersAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (KuboException)
        {
            return [];
        }
    }
}
