using System.Text.Json.Nodes;
using Wanda.SocketIO.Protocol;

namespace Wanda.SocketIO;

/// <summary>
/// A namespace of a server, which everybody may join. By itself it only sends; who wants to hear derives from it. What it overrides is
/// called while the client's next message waits, so it should not wait for long itself.
/// </summary>
/// <param name="name">Its name, as <c>/news</c>.</param>
public class SocketIONamespace(string name)
{
    private readonly Lock _lock = new();
    private readonly HashSet<SocketIOSocket> _sockets = [];
    private TaskCompletionSource _somebody = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>How many are in it.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _sockets.Count;
        }
    }

    /// <summary>Sends an event to everybody; it is written once for all.</summary>
    public void Broadcast(SocketIOEvent what)
    {
        ArgumentNullException.ThrowIfNull(what);
        SocketIOSocket[] everybody;
        lock (_lock)
            everybody = [.. _sockets];
        var packet = EngineIO.Message + new SocketIOPacket(PacketType.Event, name, Json: what.Json).ToString();
        foreach (var socket in everybody)
            socket.SendText(packet);
    }

    /// <summary>Ends when somebody is in it.</summary>
    public Task SomebodyAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _somebody.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Somebody came, and knows it.</summary>
    protected internal virtual ValueTask JoinedAsync(SocketIOSocket socket, CancellationToken cancellationToken) => default;

    /// <summary>Somebody sent an event.</summary>
    protected internal virtual ValueTask CalledAsync(SocketIOCall call, CancellationToken cancellationToken) => default;

    internal void Add(SocketIOSocket socket)
    {
        lock (_lock)
        {
            // Before anything that is sent to everybody.
            socket.Send(new SocketIOPacket(PacketType.Connect, name, Json: new JsonObject { ["sid"] = socket.Id }.ToJsonString()));
            _sockets.Add(socket);
            _somebody.TrySetResult();
        }
    }

    internal void Remove(SocketIOSocket socket)
    {
        lock (_lock)
        {
            if (_sockets.Remove(socket) && _sockets.Count == 0)
                _somebody = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
