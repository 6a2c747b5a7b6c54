using System.Net;
using System.Net.Sockets;

namespace Tests.Shared;

/// <summary>
/// A port on loopback for a program that must be told one. Nobody else is given it meanwhile; the program can listen on it, because servers
/// set SO_REUSEADDR and this socket never listens. While the program does not, connections are refused.
/// </summary>
internal sealed class HeldPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public HeldPort()
    {
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();
}
