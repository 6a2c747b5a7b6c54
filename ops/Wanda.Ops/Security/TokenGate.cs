using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Wanda.Hosting;

namespace Wanda.Ops.Security;

/// <summary>Knows the console's token and who has shown it.</summary>
internal sealed class TokenGate(WandaOptions options)
{
    public const string Cookie = "wanda-console";

    // The cookie is derived from the token: it survives restarts, dies when the token is changed, and does not give the token away.
    private readonly string? _cookie = options.Ops.Token is { } token
        ? Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), "wanda console cookie 1"u8))
        : null;

    public bool IsOpen => _cookie is null;

    /// <summary>Whether a request shows it, by its header or by the cookie of a login. Where there is none nobody does.</summary>
    public bool IsShownBy(HttpRequest request) => IsInHeader(request) || IsInCookie(request);

    public bool IsInCookie(HttpRequest request) =>
        _cookie is not null && request.Cookies[Cookie] is { } cookie && Same(cookie, _cookie);

    public bool IsInHeader(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            && IsToken(header["Bearer ".Length..].Trim());

    public bool IsToken(string shown) => options.Ops.Token is { } token && Same(shown, token);

    public void Remember(HttpContext context) => context.Response.Cookies.Append(Cookie, _cookie!, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        MaxAge = TimeSpan.FromDays(30),
        IsEssential = true,
    });

    public static void Forget(HttpContext context) => context.Response.Cookies.Delete(Cookie);

    // Hashes are compared, in constant time: neither the place of a wrong character nor the length shows.
    private static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(one)),
            SHA256.HashData(Encoding.UTF8.GetBytes(other)));
}
