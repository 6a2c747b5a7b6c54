using Wanda.SocketIO.Protocol;
using Wanda.SocketIO.Server;

namespace Wanda.SocketIO;

/// <summary>A client in a namespace. Nothing here waits for him: who reads too slowly is dropped.</summary>
public sealed class SocketIOSocket
{
    private readonly Session _session;

    internal SocketIOSocket(Session session, SocketIONamespace of)
    {
        (_session, Namespace) = (session, of);
        Id = Session.NewId();
    }

    /// <summary>His id in the namespace. He is told it; it opens nothing.</summary>
    public string Id { get; }

    /// <summary>Where he is.</summary>
    public SocketIONamespace Namespace { get; }

    /// <summary>Sends him an event.</summary>
    public void Send(SocketIOEvent what)
    {
        ArgumentNullException.ThrowIfNull(what);
        Send(new SocketIOPacket(PacketType.Event, Namespace.Name, Json: what.Json));
    }

    internal void Send(SocketIOPacket packet) => SendText(EngineIO.Message + packet.ToString());

    internal void SendText(string packet) => _session.Send(packet);
}
