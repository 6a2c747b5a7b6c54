using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Wanda.SocketIO.Tests.Support;

/// <summary>A client that says what a test wants, word for word.</summary>
internal sealed class RawSocket(ClientWebSocket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[1 << 20];

    public static async Task<RawSocket> ConnectAsync(Uri server, string? session)
    {
        var socket = new ClientWebSocket();
        var address = new UriBuilder(server)
        {
            Scheme = "ws",
            Path = "/socket.io/",
            Query = $"EIO=4&transport=websocket{(session is null ? "" : "&sid=" + session)}",
        };
        await socket.ConnectAsync(address.Uri, default);
        return new(socket);
    }

    /// <summary>Greets, and joins a namespace.</summary>
    public async Task<JsonNode> JoinAsync(string name = "/echo")
    {
        var handshake = JsonNode.Parse((await NextAsync())![1..])!;
        await SendAsync($"40{name},");
        Assert.StartsWith($$"""40{{name}},{"sid":""", await NextAsync());
        return handshake;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type, bool end = true) => socket.SendAsync(bytes, type, end, default);

    /// <summary>The next message; null when the server closed, or let go.</summary>
    public async Task<string?> NextAsync()
    {
        try
        {
            var length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(_buffer.AsMemory(length), default);
                if (part.MessageType == WebSocketMessageType.Close)
                    return null;
                length += part.Count;
                if (part.EndOfMessage)
                    return Encoding.UTF8.GetString(_buffer, 0, length);
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    public void Dispose() => socket.Dispose();
}
