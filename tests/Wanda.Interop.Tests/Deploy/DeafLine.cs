using System.Net;
using System.Net.Sockets;

namespace Wanda.Interop.Tests.Deploy;

/// <summary>A filter on the way to a server that does not pass on that a client waits to be told to go on.</summary>
internal sealed class DeafLine : IAsyncDisposable
{
    private static readonly byte[] Asks = "Expect: 100-continue"u8.ToArray();
    private static readonly byte[] Instead = "X-Deaf: 100-continue"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _server;
    private readonly Task _running;

    public DeafLine(Uri server)
    {
        _server = server;
        _listener.Start();
        _running = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(_server.Host, _server.Port, _stop.Token);
            await Task.WhenAny(PassAsync(near, far, filters: true), PassAsync(far, near, filters: false));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, bool filters)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await from.GetStream().ReadAsync(buffer, _stop.Token)) > 0;)
            {
                // A head comes in one piece: it is written in one.
                if (filters && buffer.AsSpan(0, read).IndexOf(Asks) is >= 0 and var at)
                    Instead.CopyTo(buffer, at);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
        }
    }
}
