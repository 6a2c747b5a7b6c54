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
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (OperatingSystem.IsLinux())
                socket.SetRawSocketOption(Tcp, UnsentLowWater, BitConverter.GetBytes(Unsent));
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, ProbeAfter);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeEvery);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
