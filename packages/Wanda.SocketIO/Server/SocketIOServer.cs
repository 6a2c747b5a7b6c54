using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Wanda.SocketIO.Protocol;
using Wanda.SocketIO.Server;

namespace Wanda.SocketIO;

/// <summary>
/// A server of Socket.IO protocol 5 over Engine.IO 4: websocket, long-polling, and the move from the one to the other. Map
/// <see cref="HandleAsync"/> to <c>/socket.io/</c>, after <c>UseWebSockets</c>. Who may come, and from which pages (<c>Origin</c>), is to
/// be settled before it.
/// </summary>
public sealed class SocketIOServer : IDisposable
{
    private readonly Dictionary<string, SocketIONamespace> _namespaces;
    private readonly ConcurrentDictionary<string, Session> _sessions = new();
    private readonly SocketIOOptions _options;
    private readonly TimeProvider _time;
    private volatile bool _closed;

    /// <summary>Makes one.</summary>
    /// <param name="namespaces">What clients may join.</param>
    /// <param name="options">What they may do; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public SocketIOServer(IEnumerable<SocketIONamespace> namespaces, SocketIOOptions? options = null, TimeProvider? time = null) =>
        (_namespaces, _options, _time) = (namespaces.ToDictionary(n => n.Name), options ?? new(), time ?? TimeProvider.System);

    /// <summary>How many sessions there are.</summary>
    public int Sessions => _sessions.Count;

    /// <summary>Answers a request of a client.</summary>
    public Task HandleAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var query = context.Request.Query;
        if (query["EIO"] != EngineIO.Version)
            return Refusal.UnknownVersion.WriteAsync(context);
        var sid = query["sid"].ToString();
        Session? session = null;
        if (sid.Length > 0 && !_sessions.TryGetValue(sid, out session))
            return Refusal.UnknownSession.WriteAsync(context);
        return query["transport"].ToString() switch
        {
            "polling" when session is not null => Polling.HandleAsync(context, session, _options),
            "polling" => BeginPollingAsync(context),
            "websocket" when !context.WebSockets.IsWebSocketRequest => Refusal.BadRequest.WriteAsync(context),
            "websocket" => WebSocketAsync(context, session),
            _ => Refusal.UnknownTransport.WriteAsync(context),
        };
    }

    /// <summary>Ends all sessions, and takes no more.</summary>
    public void Dispose()
    {
        _closed = true;
        foreach (var session in _sessions.Values)
            session.Close();
    }

    private async Task BeginPollingAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
            await Refusal.BadMethod.WriteAsync(context).ConfigureAwait(false);
        else if (Begin(polls: true) is { } session)
            await Polling.WriteAsync(context, EngineIO.Handshake(session.Id, upgrades: true, _options)).ConfigureAwait(false);
        else
            await Refusal.Full.WriteAsync(context).ConfigureAwait(false);
    }

    private async Task WebSocketAsync(HttpContext context, Session? known)
    {
        if ((known ?? Begin(polls: false)) is not { } session)
        {
            await Refusal.Full.WriteAsync(context).ConfigureAwait(false);
            return;
        }

        using var line = new TextSocket(await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false), _options.MaxPayload);
        var carrier = new WebSocketCarrier(line, session, _time);
        if (known is not null)
            await carrier.UpgradeAsync().ConfigureAwait(false);
        else
            await carrier.BeginAsync(EngineIO.Handshake(session.Id, upgrades: false, _options)).ConfigureAwait(false);
    }

    /// <summary>Null when there are too many.</summary>
    private Session? Begin(bool polls)
    {
        if (_closed || _sessions.Count >= _options.MaxSessions)
            return null;
        var session = new Session(name => _namespaces.GetValueOrDefault(name), _options, _time) { Polls = polls };
        _sessions[session.Id] = session;
        _ = session.Ended.ContinueWith(_ => _sessions.TryRemove(session.Id, out Session? _), TaskScheduler.Default);
        if (_closed)
            session.Close();
        return session;
    }
}
