using System.Buffers;
using System.Net.WebSockets;
using System.Text;

namespace Wanda.SocketIO.Protocol;

/// <summary>A websocket that carries texts of a bounded size, one at a time in each direction.</summary>
internal sealed class TextSocket(WebSocket socket, int maxBytes) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1);
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(4096);

    /// <summary>The next text; null when the other side is done.</summary>
    /// <exception cref="SocketIOException">It is too long, no text, or the line broke.</exception>
    public async Task<string?> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var length = 0; ;)
            {
                if (length == _buffer.Length)
                    Grow(length);
                var part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                    return null;
                if (part.MessageType == WebSocketMessageType.Binary)
                    throw new SocketIOException("Binary data came; only text is taken.");
                length += part.Count;
                if (length > maxBytes)
                    throw new SocketIOException($"A message of more than {maxBytes:N0} bytes came.");
                if (part.EndOfMessage)
                    return Encoding.UTF8.GetString(_buffer, 0, length);
            }
        }
        // A line that is cut while it is read from cancels the reading.
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new SocketIOException($"The line broke: {e.Message}", e);
        }
    }

    /// <exception cref="SocketIOException">The line broke.</exception>
    public async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new SocketIOException($"The line broke: {e.Message}", e);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Says goodbye where that is possible, and does not wait for an answer.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException
            or OperationCanceledException)
        {
        }
    }

    public void Dispose()
    {
        socket.Abort();
        socket.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(length * 2, maxBytes + 1));
        _buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
