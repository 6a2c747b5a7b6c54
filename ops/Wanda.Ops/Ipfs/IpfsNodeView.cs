namespace Wanda.Ops;

/// <summary>The node in the words of IPFS, as the WANDA app's page asks for it.</summary>
/// <param name="DaemonRunning">Whether blocks are kept: always of the embedded store, of a Kubo when it answers.</param>
/// <param name="Mode"><c>embedded</c>, or <c>kubo</c> when one is used beside it.</param>
/// <param name="NodeId">The peer id, of the Kubo where there is one, else of the node's key; null while there is neither.</param>
/// <param name="AgentVersion">What runs.</param>
/// <param name="ProtocolVersion">Of IPFS; null where no peer is spoken to.</param>
/// <param name="Addresses">Where peers reach it.</param>
/// <param name="PublicKey">The key of <paramref name="NodeId"/>, as libp2p writes it, base64; null where the id carries none.</param>
/// <param name="IpnsName">The node's name; null while it has none.</param>
public sealed record IpfsNodeView(
    bool DaemonRunning, string Mode, string? NodeId, string AgentVersion, string? ProtocolVersion, IReadOnlyList<string> Addresses,
    string? PublicKey, string? IpnsName);

/// <summary>How much it holds and whom it is connected to.</summary>
public sealed record IpfsStatsView(IpfsStorageView Storage, IpfsNetworkView Network, IpfsPinCounts Pins, WandaNetworkView WandaNetwork);

/// <summary>What is kept; frames that blocks merely refer to count by their size.</summary>
/// <param name="RepoSizeBytes">Bytes of it.</param>
/// <param name="RepoSizeHuman">The same for people.</param>
/// <param name="StorageMaxBytes">What it may grow to: a Kubo's limit, else all that the disk has left besides.</param>
/// <param name="StorageMaxHuman">The same for people.</param>
/// <param name="NumObjects">Blocks in the store, and files that it refers to.</param>
/// <param name="UsagePercent">The first of the second.</param>
public sealed record IpfsStorageView(
    long RepoSizeBytes, string RepoSizeHuman, long StorageMaxBytes, string StorageMaxHuman, long NumObjects, double UsagePercent);

/// <summary>Traffic with peers; null where a Kubo has some that is not asked for.</summary>
public sealed record IpfsNetworkView(
    int PeersConnected, string? BandwidthIn, string? BandwidthOut, long? TotalInBytes, long? TotalOutBytes);

/// <summary>The pins of the node's own store.</summary>
public sealed record IpfsPinCounts(int Total, int Recursive, int Direct);

/// <summary>Other nodes of ours; there are none before they speak to one another.</summary>
public sealed record WandaNetworkView(int KnownNodes, int ConnectedNodes, int ImagesShared);

/// <summary>Whom the node is connected to.</summary>
/// <param name="AllPeers">How many.</param>
/// <param name="Peers">They themselves.</param>
/// <param name="WandaNodes">Those that are nodes of ours.</param>
public sealed record IpfsPeersView(int AllPeers, IReadOnlyList<IpfsPeerView> Peers, IReadOnlyList<object> WandaNodes);

/// <summary>A peer.</summary>
public sealed record IpfsPeerView(string PeerId, string Address);
