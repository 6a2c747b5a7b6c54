using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>
/// A line to a server that breaks each time so many bytes have gone up, as when a router forgets: the caller is reset, the server hears
/// nothing and goes on waiting.
/// </summary>
internal sealed class BadLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _server;
    private readonly long _breakAfter;
    private readonly Task _accepting;
    private readonly ConcurrentBag<TcpClient> _halfOpen = [];
    private long _sent;

    public BadLine(Uri server, long breakAfter)
    {
        (_server, _breakAfter) = (server, breakAfter);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Bytes that went up, headers included.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_accepting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var server in _halfOpen)
            server.Dispose();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var lines = new List<Task>();
        try
        {
            while (true)
                lines.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        finally
        {
            await Task.WhenAll(lines).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CarryAsync(TcpClient caller)
    {
        var server = new TcpClient();
        _halfOpen.Add(server);
        using (caller)
        {
            await server.ConnectAsync(IPAddress.Loopback, _server.Port, _stop.Token);
            using var broken = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var down = CopyAsync(server.GetStream(), caller.GetStream(), long.MaxValue, null, broken.Token);
            var up = CopyAsync(caller.GetStream(), server.GetStream(), _breakAfter,
                count => Interlocked.Add(ref _sent, count), broken.Token);
            await Task.WhenAny(up, down);
            await broken.CancelAsync();
            caller.LingerState = new LingerOption(true, 0);
        }
    }

    private static async Task CopyAsync(
        NetworkStream from, NetworkStream to, long atMost, Action<int>? count, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[32 << 10];
        for (long left = atMost; left > 0;)
        {
            int read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
            if (read == 0)
                return;
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            count?.Invoke(read);
            left -= read;
        }
    }
}
