using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// Wakes the receivers of other processes with a datagram on a Unix socket. The names are abstract (they vanish with their process) and lie
/// in the file; a name that nobody answers to is removed. Only Linux has such sockets: elsewhere receivers find messages by polling.
/// A datagram that is lost costs one polling interval, never a message.
/// </summary>
internal sealed class Peers : IDisposable
{
    private const int MostQueues = 512; // in one datagram; more than that wakes everybody
    private static readonly long[] Everything = [-1];

    private readonly Action<string> _forget;
    private readonly Action<long> _wake;
    private readonly Action _wakeAll;
    private readonly Socket? _socket;

    public Peers(Action<long> wake, Action wakeAll, Action<string> forget)
    {
        _wake = wake;
        _wakeAll = wakeAll;
        _forget = forget;
        if (OperatingSystem.IsLinux())
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    }

    /// <summary>The name that others wake this process by; null while it does not listen.</summary>
    public string? Address { get; private set; }

    /// <summary>Takes a name and listens. Does nothing where there are no such sockets.</summary>
    public void Listen()
    {
        if (_socket is null)
            return;
        var address = $"sqlite-queue-{Guid.NewGuid():N}";
        _socket.Bind(EndPoint(address));
        Address = address;
        _ = ListenAsync(_socket);
    }

    /// <summary>Tells every other process that listens. Called on the writer thread after a commit; never blocks.</summary>
    public void Tell(SqliteConnection connection, long[] queues)
    {
        if (_socket is null)
            return;
        byte[]? datagram = null;
        var listeners = connection.Statement(Sql.Listeners);
        while (listeners.Step())
        {
            var address = listeners.Text(0)!;
            if (address != Address)
                Send(address, datagram ??= Encode(queues));
        }
    }

    public void Dispose() => _socket?.Dispose();

    private void Send(string address, byte[] datagram)
    {
        try
        {
            _socket!.SendTo(datagram, EndPoint(address));
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            _forget(address);
        }
        catch (SocketException)
        {
            // Its buffer is full: it has been woken.
        }
        catch (ObjectDisposedException)
        {
            // Closing: receivers elsewhere poll.
        }
    }

    private async Task ListenAsync(Socket socket)
    {
        var buffer = new byte[MostQueues * sizeof(long)];
        try
        {
            while (true)
                Decode(buffer.AsSpan(0, await socket.ReceiveAsync(buffer)));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed.
        }
    }

    private static byte[] Encode(long[] queues)
    {
        if (queues.Length > MostQueues)
            queues = Everything;
        var bytes = new byte[queues.Length * sizeof(long)];
        for (var i = 0; i < queues.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), queues[i]);
        return bytes;
    }

    private void Decode(ReadOnlySpan<byte> datagram)
    {
        for (; datagram.Length >= sizeof(long); datagram = datagram[sizeof(long)..])
        {
            var queue = BinaryPrimitives.ReadInt64LittleEndian(datagram);
            if (queue == Everything[0])
                _wakeAll();
            else
                _wake(queue);
        }
    }

    private static UnixDomainSocketEndPoint EndPoint(string address) => new("\0" + address);
}
