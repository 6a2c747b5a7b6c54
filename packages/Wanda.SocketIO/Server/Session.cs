using System.Buffers.Text;
using System.Security.Cryptography;
using Wanda.SocketIO.Protocol;

namespace Wanda.SocketIO.Server;

/// <summary>A client's session, whatever carries it: what he sent, what waits for him, and whether he is still there.</summary>
internal sealed class Session : IDisposable
{
    private readonly Func<string, SocketIONamespace?> _find;
    private readonly SocketIOOptions _options;
    private readonly TimeProvider _time;
    private readonly Allowance _allowance;
    private readonly Outbox _outbox;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _moving = new();
    private readonly SemaphoreSlim _pong = new(0, 1);
    private readonly Dictionary<string, SocketIOSocket> _joined = [];
    private int _closed;
    private bool _joinedOnce;

    public Session(Func<string, SocketIONamespace?> find, SocketIOOptions options, TimeProvider time)
    {
        (_find, _options, _time) = (find, options, time);
        _allowance = new(options.MaxPerSecond, time);
        _outbox = new(options.MaxQueued, options.MaxQueuedCharacters);
        Closing = _closing.Token;
        Ended = PingAsync();
    }

    /// <summary>Who knows it is the client: 160 bits by chance.</summary>
    public string Id { get; } = NewId();

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Closing { get; }

    /// <summary>Whether long-polling carries it.</summary>
    public bool Polls { get; set; }

    /// <summary>Cancelled when it moves to a websocket.</summary>
    public CancellationToken Moving => _moving.Token;

    /// <summary>A request that waits for what there is.</summary>
    public Turn Getting { get; } = new();

    /// <summary>A request that brings something.</summary>
    public Turn Posting { get; } = new();

    /// <summary>A websocket that it is to move to.</summary>
    public Turn Upgrading { get; } = new();

    /// <summary>Ends after the session.</summary>
    public Task Ended { get; }

    public static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(20));

    /// <summary>Has a packet of Engine.IO sent. Who does not read loses his session.</summary>
    public void Send(string packet)
    {
        if (!_outbox.TryAdd(packet))
            Close();
    }

    /// <summary>What is to be sent, as soon as there is something.</summary>
    public Task<IReadOnlyList<string>> TakeAsync(CancellationToken cancellationToken) => _outbox.TakeAsync(cancellationToken);

    /// <summary>Takes a packet of Engine.IO. Not to be called twice at a time.</summary>
    /// <exception cref="SocketIOException">It is none that may come, or one too many: the session is to be closed.</exception>
    public async ValueTask ReceiveAsync(string packet)
    {
        if (!_allowance.TryTake())
            throw new SocketIOException("Too many messages came.");
        switch (packet.Length == 0 ? '?' : packet[0])
        {
            case EngineIO.Pong:
                if (_pong.CurrentCount == 0)
                    _pong.Release();
                break;
            case EngineIO.Message:
                await ReceiveAsync(SocketIOPacket.Parse(packet[1..])).ConfigureAwait(false);
                break;
            case EngineIO.Close:
                Close();
                break;
            case EngineIO.Noop:
                break;
            default:
                throw new SocketIOException("A packet came that only a server sends.");
        }
    }

    /// <summary>A websocket carries it from now on.</summary>
    public void Move()
    {
        Polls = false;
        _moving.Cancel();
    }

    /// <summary>Ends it, now.</summary>
    public void Close()
    {
        // What waits for that is called later: whoever closes may hold locks.
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            _ = _closing.CancelAsync();
    }

    public void Dispose()
    {
        Close();
        lock (_joined)
        {
            foreach (var socket in _joined.Values)
                socket.Namespace.Remove(socket);
            _joined.Clear();
        }
    }

    private ValueTask ReceiveAsync(SocketIOPacket packet)
    {
        if (packet.Type == PacketType.Connect)
            return JoinAsync(packet.Namespace);
        SocketIOSocket? socket;
        lock (_joined)
            _joined.TryGetValue(packet.Namespace, out socket);
        if (socket is null)
            throw new SocketIOException("A packet came for a namespace that was not joined.");
        switch (packet.Type)
        {
            case PacketType.Event:
                var what = packet.Json is { } json ? SocketIOEvent.Parse(json) : null;
                return socket.Namespace.CalledAsync(
                    new SocketIOCall(socket, what ?? throw new SocketIOException("An event came that is none."), packet.Id), Closing);
            case PacketType.Disconnect:
                lock (_joined)
                    _joined.Remove(packet.Namespace);
                socket.Namespace.Remove(socket);
                return default;
            case PacketType.Ack: // of what was sent, nothing is asked for
                return default;
            default:
                throw new SocketIOException("A packet came that only a server sends.");
        }
    }

    private async ValueTask JoinAsync(string name)
    {
        if (_find(name) is not { } found)
        {
            Send(EngineIO.Message
                + new SocketIOPacket(PacketType.ConnectError, name, Json: """{"message":"Invalid namespace"}""").ToString());
            return;
        }

        var socket = new SocketIOSocket(this, found);
        lock (_joined)
        {
            if (_joined.Count >= _options.MaxNamespaces || !_joined.TryAdd(name, socket))
                throw new SocketIOException("It joined a namespace twice, or too many.");
            _joinedOnce = true;
            if (Closing.IsCancellationRequested)
                return;
            found.Add(socket);
        }

        await found.JoinedAsync(socket, Closing).ConfigureAwait(false);
    }

    /// <summary>One who joined nothing until the first ping has no business here; one who does not answer a ping is gone.</summary>
    private async Task PingAsync()
    {
        try
        {
            do
            {
                await Task.Delay(_options.PingInterval, _time, Closing).ConfigureAwait(false);
                _pong.Wait(0, CancellationToken.None);
                Send($"{EngineIO.Ping}");
                await _pong.WaitAsync(Closing).WaitAsync(_options.PingTimeout, _time, Closing).ConfigureAwait(false);
            }
            while (_joinedOnce);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
        }

        Dispose();
    }
}
