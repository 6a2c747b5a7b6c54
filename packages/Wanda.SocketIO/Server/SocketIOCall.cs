using Wanda.SocketIO.Protocol;

namespace Wanda.SocketIO;

/// <summary>An event that a client sent.</summary>
public sealed class SocketIOCall
{
    private readonly long? _number;

    internal SocketIOCall(SocketIOSocket socket, SocketIOEvent what, long? number) => (Socket, Event, _number) = (socket, what, number);

    /// <summary>Who.</summary>
    public SocketIOSocket Socket { get; }

    /// <summary>What.</summary>
    public SocketIOEvent Event { get; }

    /// <summary>Whether he waits for an answer (an acknowledgement).</summary>
    public bool WantsAnswer => _number is not null;

    /// <summary>Answers him, if he waits for it. To be called once.</summary>
    /// <param name="json">A JSON array: what his callback is called with.</param>
    /// <exception cref="ArgumentException">It is no JSON array.</exception>
    public void Answer(string json)
    {
        if (!SocketIOEvent.IsArray(json))
            throw new ArgumentException("An answer is a JSON array.", nameof(json));
        if (_number is { } number)
            Socket.Send(new SocketIOPacket(PacketType.Ack, Socket.Namespace.Name, number, json));
    }
}
