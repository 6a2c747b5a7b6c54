namespace Wanda.Ipfs;

/// <summary>A daemon at one moment, for screens.</summary>
/// <param name="Version">Such as <c>0.43.1</c>.</param>
/// <param name="PeerId">Who it is.</param>
/// <param name="Addresses">Where it listens, multiaddresses.</param>
/// <param name="Peers">Whom it is connected to, each once; at most <see cref="MostPeers"/>.</param>
/// <param name="RepositoryBytes">Bytes on its disk.</param>
public sealed record KuboFacts(
    string Version, string PeerId, IReadOnlyList<string> Addresses, IReadOnlyList<KuboPeer> Peers, long RepositoryBytes)
{
    /// <summary>The most peers that are told.</summary>
    public const int MostPeers = 200;

    /// <summary>The most pins that are counted.</summary>
    public const int MostPins = 100_000;

    /// <summary>The bytes that its configuration allows, which refuse nothing; null until <see cref="CountAsync"/>.</summary>
    public long? StorageMaxBytes { get; init; }

    /// <summary>Its folder, on its machine; null until <see cref="CountAsync"/>.</summary>
    public string? Repository { get; init; }

    /// <summary>
    /// How many recursive pins it has, at most <see cref="MostPins"/> of which are counted; null until <see cref="CountAsync"/>.
    /// </summary>
    public int? Pins { get; init; }

    /// <summary>Asks a daemon for them, but for what it counts one by one.</summary>
    /// <param name="client">The daemon.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RemoteException">It does not tell one of them.</exception>
    public static async Task<KuboFacts> ReadAsync(KuboClient client, CancellationToken cancellationToken = default)
    {
        string version = await client.VersionAsync(cancellationToken).ConfigureAwait(false);
        var identity = await client.IdentityAsync(cancellationToken).ConfigureAwait(false);
        var peers = await PeersAsync(client, cancellationToken).ConfigureAwait(false);
        long bytes = await client.Repo.SizeAsync(cancellationToken).ConfigureAwait(false);
        // One that listens nowhere names itself and no place.
        var addresses = identity.Addresses.Where(a => !a.StartsWith("/p2p/", StringComparison.Ordinal)).ToList();
        return new(version, identity.Id, addresses, [.. peers.DistinctBy(p => p.Id).Take(MostPeers)], bytes);
    }

    /// <summary>The same with what the daemon counts for it, all blocks and pins: to be asked now and then.</summary>
    /// <param name="client">The daemon.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RemoteException">It does not tell one of them.</exception>
    public async Task<KuboFacts> CountAsync(KuboClient client, CancellationToken cancellationToken = default)
    {
        var repository = await client.Repo.StatAsync(cancellationToken).ConfigureAwait(false);
        int pins = 0;
        await foreach (var _ in client.Pins.ListAsync(PinMode.Recursive, cancellationToken).ConfigureAwait(false))
        {
            if (++pins == MostPins)
                break;
        }

        return this with { StorageMaxBytes = repository.Limit, Repository = repository.Path, Pins = pins };
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
