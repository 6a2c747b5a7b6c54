using Microsoft.AspNetCore.Http;

namespace Wanda.SocketIO.Server;

/// <summary>What Engine.IO answers a request that it does not take.</summary>
internal sealed record Refusal(int Status, int Code, string Message)
{
    public static readonly Refusal UnknownTransport = new(400, 0, "Transport unknown");
    public static readonly Refusal UnknownSession = new(400, 1, "Session ID unknown");
    public static readonly Refusal BadMethod = new(400, 2, "Bad handshake method");
    public static readonly Refusal BadRequest = new(400, 3, "Bad request");
    public static readonly Refusal UnknownVersion = new(400, 5, "Unsupported protocol version");
    public static readonly Refusal Full = new(503, 3, "Too many sessions, come later");
    public static readonly Refusal TooLarge = new(413, 3, "Too large");

    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        return context.Response.WriteAsJsonAsync(new { code = Code, message = Message });
    }
}
