using System.Net;
using System.Net.Sockets;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>The server's own key, which gives it the peer id that the Pinning Service API wants to see.</summary>
internal sealed class ServerIdentity(PinningServerOptions options)
{
    private readonly PeerId _peer = NodeKeyFile.LoadOrCreate(Path.Combine(options.DataFolder, "server.key")).PeerId;

    /// <summary>The server's peer id; it is no libp2p peer, and has the id for those who want one.</summary>
    public string PeerId => _peer.ToString();

    /// <summary>1 to 20 multiaddrs.</summary>
    public IReadOnlyList<string> Delegates => options.Delegates.Count > 0 ? options.Delegates : [Own(options.EndPoint)];

    private string Own(IPEndPoint at) =>
        $"/{(at.AddressFamily == AddressFamily.InterNetworkV6 ? "ip6" : "ip4")}/{at.Address}/tcp/{at.Port}/http/p2p/{_peer}";
}
