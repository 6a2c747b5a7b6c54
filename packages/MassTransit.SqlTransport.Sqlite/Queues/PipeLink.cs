using System.IO.Pipes;
using System.Security.Cryptography;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// A named pipe of this user, a connection a datagram: the twin of <see cref="SocketLink"/> that .NET has everywhere. Processes of other
/// users poll. (On macOS a pipe's name is a file in the folder for temporary ones, and a killed process leaves its own there.)
/// </summary>
internal sealed class PipeLink : IPeerLink
{
    private const string Prefix = "sqlite-pipe-";
    private const PipeOptions Options = PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly;

    // Who lives answers in much less.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, bool> _sending = []; // whether there was more meanwhile

    public string? Listen(Action<ReadOnlySpan<byte>> received)
    {
        // Short: on macOS it becomes a path, which a socket's name allows 104 bytes.
        var address = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        _ = ListenAsync(Server(address), address, received);
        return address;
    }

    public bool Knows(string address) => address.StartsWith(Prefix, StringComparison.Ordinal);

    public void Send(string address, byte[] datagram, Action<string> gone)
    {
        lock (_gate)
        {
            if (!_sending.TryAdd(address, false))
            {
                _sending[address] = true;
                return;
            }
        }

        _ = SendAsync(address, datagram, gone);
    }

    public void Dispose() => _closed.Cancel();

    private async Task SendAsync(string address, byte[] datagram, Action<string> gone)
    {
        try
        {
            do
            {
                var pipe = new NamedPipeClientStream(".", address, PipeDirection.Out, Options);
                await using (pipe.ConfigureAwait(false))
                {
                    await pipe.ConnectAsync(Patience, _closed.Token).ConfigureAwait(false);
                    await pipe.WriteAsync(datagram, _closed.Token).ConfigureAwait(false);
                }

                datagram = Peers.Everything; // for what there was meanwhile
            }
            while (More(address));
        }
        catch (Exception error) when (error is TimeoutException or ArgumentException or IOException or UnauthorizedAccessException
            or OperationCanceledException)
        {
            lock (_gate)
                _sending.Remove(address);
            if (error is TimeoutException or ArgumentException)
                gone(address);
        }
    }

    private bool More(string address)
    {
        lock (_gate)
        {
            if (!_sending[address])
                return !_sending.Remove(address);
            _sending[address] = false;
            return true;
        }
    }

    private async Task ListenAsync(NamedPipeServerStream pipe, string address, Action<ReadOnlySpan<byte>> received)
    {
        try
        {
            while (true)
            {
                await using (pipe.ConfigureAwait(false))
                {
                    await pipe.WaitForConnectionAsync(_closed.Token).ConfigureAwait(false);
                    var next = Server(address); // before this one goes: a name that nobody answers to is forgotten
                    await ReadAsync(pipe, received).ConfigureAwait(false);
                    pipe = next;
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or UnauthorizedAccessException)
        {
            // Closed, or no pipe can be had any more: others find nobody, and this process polls.
        }
    }

    // Whoever connects and says nothing holds up the others for no longer than they wait.
    private async Task ReadAsync(NamedPipeServerStream pipe, Action<ReadOnlySpan<byte>> received)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
        patience.CancelAfter(Patience / 2);
        var buffer = new byte[Peers.MostBytes];
        try
        {
            received(buffer.AsSpan(0,
                await pipe.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, patience.Token).ConfigureAwait(false)));
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The next one.
        }
    }

    private static NamedPipeServerStream Server(string address) =>
        new(address, PipeDirection.In, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, Options);
}
