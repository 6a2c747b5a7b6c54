using System.Net.Sockets;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// Datagrams on a Unix socket whose name is abstract: it vanishes with its process. Only Linux has such names; its twin is
/// <see cref="PipeLink"/>.
/// </summary>
internal sealed class SocketLink : IPeerLink
{
    private const string Prefix = "sqlite-queue-";

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };

    public string? Listen(Action<ReadOnlySpan<byte>> received)
    {
        var address = $"{Prefix}{Guid.NewGuid():N}";
        _socket.Bind(EndPoint(address));
        _ = ListenAsync(received);
        return address;
    }

    public bool Knows(string address) => address.StartsWith(Prefix, StringComparison.Ordinal);

    public void Send(string address, byte[] datagram, Action<string> gone)
    {
        try
        {
            _socket.SendTo(datagram, EndPoint(address));
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            gone(address);
        }
        catch (ArgumentException)
        {
            gone(address); // no name that a socket can have
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

    public void Dispose() => _socket.Dispose();

    private async Task ListenAsync(Action<ReadOnlySpan<byte>> received)
    {
        var buffer = new byte[Peers.MostBytes];
        try
        {
            while (true)
                received(buffer.AsSpan(0, await _socket.ReceiveAsync(buffer).ConfigureAwait(false)));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed.
        }
    }

    private static UnixDomainSocketEndPoint EndPoint(string address) => new("\0" + address);
}
