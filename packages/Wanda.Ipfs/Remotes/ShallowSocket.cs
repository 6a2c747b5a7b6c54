using System.Net;
using System.Net.Sockets;

namespace Wanda.Ipfs;

/// <summary>
/// Connections for which the kernel queues little that it cannot send yet. By default that is up to some 4 MB: sent again after each cut of
/// a bad line, and too late for a cap, a turn or a look at progress.
/// </summary>
internal static class ShallowSocket
{
    // TCP_NOTSENT_LOWAT of tcp(7). What is on its way is not limited by it, so a long line is filled as before. Elsewhere the default
    // stays.
    private const int Tcp = 6;
    private const int UnsentLowWater = 25;
    private const int Unsent = 128 * 1024;

    // A remote that works on an answer for minutes is told from one that has gone by its kernel, which answers these.
    private const int ProbeAfter = 60, ProbeEvery = 15, Probes = 4; // seconds, seconds, tries

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <param name="where">Of <see cref="RemoteEndpoint.Connects"/>.</param>
    /// <param name="context">Where the address leads.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async ValueTask<Stream> ConnectAsync(
        Func<CancellationToken, ValueTask<EndPoint>>? where, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var end = where is null ? context.DnsEndPoint : await where(cancellationToken).ConfigureAwait(false);
        if (end is UnixDomainSocketEndPoint)
        {
            var local = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            return await ConnectAsync(local, end, cancellationToken).ConfigureAwait(false);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (OperatingSystem.IsLinux())
                socket.SetRawSocketOption(Tcp, UnsentLowWater, BitConverter.GetBytes(Unsent));
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, ProbeAfter);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeEvery);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return await ConnectAsync(socket, end, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<Stream> ConnectAsync(Socket socket, EndPoint end, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(end, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
