using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Wanda.SocketIO.Protocol;

namespace Wanda.SocketIO;

/// <summary>
/// A client's connection to one namespace of a server, by websocket: it is there until it breaks, and does not come back by itself.
/// </summary>
public sealed class SocketIOClient : IDisposable
{
    private readonly TextSocket _line;
    private readonly string _name;
    private readonly SocketIOClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<string>> _asked = new();
    private TimeSpan _longestSilence;
    private long _numbers;
    private volatile bool _ended;

    private SocketIOClient(TextSocket line, string name, SocketIOClientOptions options, TimeProvider time) =>
        (_line, _name, _options, _time, _longestSilence) = (line, name, options, time, options.Patience);

    /// <summary>Connects.</summary>
    /// <param name="server">Where, as <c>http://127.0.0.1:5000</c>; <c>/socket.io/</c> is added.</param>
    /// <param name="name">The namespace, as <c>/news</c>.</param>
    /// <param name="options">Its bounds; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SocketIOException">It does not answer in time, or refuses.</exception>
    public static async Task<SocketIOClient> ConnectAsync(
        Uri server, string name, SocketIOClientOptions? options = null, TimeProvider? time = null,
        CancellationToken cancellationToken = default)
    {
        (options, time) = (options ?? new(), time ?? TimeProvider.System);
        var address = new UriBuilder(new Uri(server, $"/socket.io/?EIO={EngineIO.Version}&transport=websocket"));
        address.Scheme = address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        var socket = new ClientWebSocket();
        var client = new SocketIOClient(new TextSocket(socket, options.MaxPayload), name, options, time);
        using var patience = new CancellationTokenSource(options.Patience, time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(address.Uri, waiting.Token).ConfigureAwait(false);
            await client.JoinAsync(waiting.Token).ConfigureAwait(false);
            return client;
        }
        catch (Exception e)
        {
            client.Dispose();
            throw e switch
            {
                WebSocketException => new SocketIOException($"It does not answer: {e.InnerException?.Message ?? e.Message}", e),
                OperationCanceledException when !cancellationToken.IsCancellationRequested =>
                    new SocketIOException($"It does not answer within {options.Patience.TotalSeconds:0} seconds.", e),
                _ => e,
            };
        }
    }

    /// <summary>
    /// The events that come, for one reader. Somebody must read all the time: pings are answered meanwhile, and answers come to
    /// <see cref="AskAsync"/>.
    /// </summary>
    /// <exception cref="SocketIOException">The connection ended; the message says how.</exception>
    public async IAsyncEnumerable<SocketIOEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            while (true)
            {
                var packet = await NextAsync(cancellationToken).ConfigureAwait(false);
                if (packet.Namespace != _name)
                    continue;
                switch (packet.Type)
                {
                    case PacketType.Event when packet.Json is { } json && SocketIOEvent.Parse(json) is { } what:
                        yield return what;
                        break;
                    case PacketType.Ack when packet.Id is { } id && _asked.TryRemove(id, out var asked):
                        if (packet.Json is { } answer && SocketIOEvent.IsArray(answer))
                            asked.TrySetResult(answer);
                        else
                            asked.TrySetException(new SocketIOException("An answer came that is none."));
                        break;
                    case PacketType.Disconnect:
                        throw new SocketIOException("It closed the namespace.");
                    default: // what means nothing to a client, or answers what nobody asked
                        break;
                }
            }
        }
        finally
        {
            End();
        }
    }

    /// <summary>Sends an event.</summary>
    /// <exception cref="SocketIOException">The connection ended.</exception>
    public Task SendAsync(SocketIOEvent what, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(what);
        return SendAsync(new SocketIOPacket(PacketType.Event, _name, Json: what.Json), cancellationToken);
    }

    /// <summary>Sends an event, and waits for its answer (the acknowledgement): a JSON array.</summary>
    /// <exception cref="SocketIOException">The connection ended, or too many answers are waited for.</exception>
    public async Task<string> AskAsync(SocketIOEvent what, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(what);
        var (number, asked) = (Interlocked.Increment(ref _numbers), new TaskCompletionSource<string>(
            TaskCreationOptions.RunContinuationsAsynchronously));
        if (_asked.Count >= _options.MaxAsked)
            throw new SocketIOException($"{_options.MaxAsked} answers are waited for already.");
        _asked[number] = asked;
        try
        {
            if (_ended)
                throw new SocketIOException("The connection ended.");
            await SendAsync(new SocketIOPacket(PacketType.Event, _name, number, what.Json), cancellationToken).ConfigureAwait(false);
            return await asked.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _asked.TryRemove(number, out _);
        }
    }

    /// <summary>Ends the connection.</summary>
    public void Dispose()
    {
        End();
        _line.Dispose();
    }

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        _longestSilence = EngineIO.LongestSilence(await ReceiveAsync(cancellationToken).ConfigureAwait(false));
        await SendAsync(new SocketIOPacket(PacketType.Connect, _name), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var packet = await NextAsync(cancellationToken).ConfigureAwait(false);
            if (packet is { Type: PacketType.Connect } && packet.Namespace == _name)
                return;
            if (packet.Type == PacketType.ConnectError)
                throw new SocketIOException($"It does not take us into {_name}.");
        }
    }

    private async Task<SocketIOPacket> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var packet = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            switch (packet.Length == 0 ? '?' : packet[0])
            {
                case EngineIO.Ping:
                    await _line.SendAsync(EngineIO.Pong + packet[1..], cancellationToken).ConfigureAwait(false);
                    break;
                case EngineIO.Message:
                    return SocketIOPacket.Parse(packet[1..]);
                case EngineIO.Close:
                    throw new SocketIOException("It closed the connection.");
                default:
                    break;
            }
        }
    }

    private async Task<string> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_longestSilence, _time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _line.ReceiveAsync(waiting.Token).ConfigureAwait(false)
                ?? throw new SocketIOException("It closed the connection.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SocketIOException($"Nothing came from it for {_longestSilence.TotalSeconds:0} seconds.");
        }
    }

    // Half a message would be the end of the connection for everybody: who does not wait for it any more does not break it off.
    private Task SendAsync(SocketIOPacket packet, CancellationToken cancellationToken) =>
        _line.SendAsync(EngineIO.Message + packet.ToString(), CancellationToken.None).WaitAsync(cancellationToken);

    private void End()
    {
        _ended = true;
        foreach (var asked in _asked.Values)
            asked.TrySetException(new SocketIOException("The connection ended before the answer came."));
    }
}
