using System.Net;
using System.Net.Sockets;

namespace Wanda.Cli.Up;

/// <summary>Whether an address can be listened on: asked before a start, so that the answer names the key and is no stack.</summary>
internal static class ListenAddress
{
    /// <summary>Why not; null when it can, or when only listening itself will tell (a host's name).</summary>
    public static string? Problem(string address)
    {
        var uri = new Uri(address);
        var ip = uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(uri.Host.Trim('[', ']'), out var parsed) ? parsed : null;
        if (ip is null)
            return null;
        try
        {
            using var listener = new TcpListener(ip, uri.Port);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }
}
