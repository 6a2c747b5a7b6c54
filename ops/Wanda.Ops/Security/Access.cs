using System.Net;
using Microsoft.AspNetCore.Http;
using Wanda.Ops.Web;

namespace Wanda.Ops.Security;

/// <summary>What somebody may do here.</summary>
internal enum Role
{
    /// <summary>Nothing but log in.</summary>
    None,

    /// <summary>What a page without a token needs: what is marked <see cref="ForViewers"/>.</summary>
    View,

    /// <summary>Everything.</summary>
    Operate,
}

/// <summary>
/// Who asks. Behind a proxy everybody comes from this machine: so what came through one is never taken for its operator without the token,
/// and what the proxy itself marks with <see cref="RoleHeader"/> may look. The mark counts from this machine alone, and the proxy
/// overwrites what a client wrote there.
/// </summary>
internal sealed class Access(TokenGate gate, Logins logins) : ILogins
{
    public const string RoleHeader = "X-Wanda-Role";

    private const string Viewer = "view";

    public Role RoleOf(HttpContext context)
    {
        var request = context.Request;
        if (gate.IsShownBy(request) || logins.RoleOf(request) is Role.Operate)
            return Role.Operate;
        if (!IsPassedOn(request))
            return gate.IsOpen ? Role.Operate : logins.RoleOf(request);
        return gate.IsOpen || IsMarked(context) ? Role.View : logins.RoleOf(request);
    }

    /// <inheritdoc/>
    public bool IsLoggedIn(HttpRequest request) => gate.IsInCookie(request) || logins.RoleOf(request) is not Role.None;

    /// <summary>Whether it came through a proxy, by what proxies write.</summary>
    public static bool IsPassedOn(HttpRequest request) => request.Headers.ContainsKey("X-Forwarded-For")
        || request.Headers.ContainsKey("Forwarded") || request.Headers.ContainsKey(RoleHeader);

    private static bool IsMarked(HttpContext context) => IsFromThisMachine(context) && context.Request.Headers[RoleHeader] == Viewer;

    /// <summary>From where it comes: of the connection, or as a proxy on this machine says, by the last address that it was told.</summary>
    public static IPAddress AddressOf(HttpContext context) =>
        IsFromThisMachine(context)
        && context.Request.Headers["X-Forwarded-For"].ToString() is { Length: > 0 } told
        && IPAddress.TryParse(told[(told.LastIndexOf(',') + 1)..].Trim(), out var address)
            ? address
            : context.Connection.RemoteIpAddress ?? IPAddress.None;

    private static bool IsFromThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from);
}
