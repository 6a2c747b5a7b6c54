using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Wanda.Destinations.Check;

/// <summary>
/// A part of an upload, written by hand on a connection of its own: HTTP clients hide whether they were told to go on, and send what they
/// announced. It announces more than it sends.
/// </summary>
internal sealed class RawPart : IAsyncDisposable
{
    private const int MaxHead = 16 * 1024;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private Stream _stream = Stream.Null;

    private RawPart()
    {
    }

    /// <summary>Connects and sends the head of a part.</summary>
    public static async Task<RawPart> BeginAsync(Uri upload, string token, long announced, CancellationToken cancellationToken)
    {
        var part = new RawPart();
        try
        {
            await part._socket.ConnectAsync(upload.IdnHost.Trim('[', ']'), upload.Port, cancellationToken);
            part._stream = new NetworkStream(part._socket);
            if (upload.Scheme == Uri.UriSchemeHttps)
            {
                var tls = new SslStream(part._stream);
                part._stream = tls;
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
                {
                    TargetHost = upload.IdnHost,
                    ApplicationProtocols = [SslApplicationProtocol.Http11],
                }, cancellationToken);
            }

            var head = string.Create(CultureInfo.InvariantCulture, $"""
                PATCH {upload.PathAndQuery} HTTP/1.1
                Host: {upload.Authority}
                Authorization: Bearer {token}
                Tus-Resumable: 1.0.0
                Upload-Offset: 0
                Content-Type: application/offset+octet-stream
                Content-Length: {announced}
                Expect: 100-continue


                """).ReplaceLineEndings("\r\n");
            await part._stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
            return part;
        }
        catch
        {
            await part.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends some of the body.</summary>
    public ValueTask SendAsync(byte[] bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>The status that came before anything of the body went out: 100, or a refusal. Null when the other side ended it.</summary>
    public async Task<int?> StatusAsync(CancellationToken cancellationToken)
    {
        var head = new byte[MaxHead];
        var length = 0;
        while (length < head.Length && head.AsSpan(0, length).IndexOf("\r\n"u8) < 0)
        {
            var read = await _stream.ReadAsync(head.AsMemory(length), cancellationToken);
            if (read == 0)
                return null;
            length += read;
        }

        // "HTTP/1.1 100 Continue"
        return Encoding.ASCII.GetString(head, 0, length).Split(' ') is [['H', 'T', 'T', 'P', '/', ..], var status, ..]
            && int.TryParse(status.AsSpan()[..Math.Min(3, status.Length)], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? code
            : throw new IOException("what came is no HTTP.");
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }
}
