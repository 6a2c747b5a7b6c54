using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Wanda.Ops.Security;

/// <summary>
/// Browsers that were let in by a code: each has a cookie that this node sealed, with what it may and since when. They are forgotten with
/// the console's keys.
/// </summary>
internal sealed class Logins(IDataProtectionProvider protection, TimeProvider time)
{
    public const string Cookie = "wanda-login";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
    private readonly IDataProtector _seal = protection.CreateProtector("wanda console login 1");

    /// <summary>What a request's cookie lets do; none when it has none that holds.</summary>
    public Role RoleOf(HttpRequest request)
    {
        if (request.Cookies[Cookie] is not { Length: > 0 and < 2048 } cookie)
            return Role.None;
        try
        {
            var parts = _seal.Unprotect(cookie).Split(' ');
            var since = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], CultureInfo.InvariantCulture));
            return time.GetUtcNow() - since < Lifetime && Enum.TryParse<Role>(parts[0], out var role) ? role : Role.None;
        }
        catch (Exception e) when (e is CryptographicException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            return Role.None;
        }
    }

    public void Remember(HttpContext context, Role role) => context.Response.Cookies.Append(
        Cookie, _seal.Protect(string.Create(CultureInfo.InvariantCulture, $"{role} {time.GetUtcNow().ToUnixTimeSeconds()}")),
        new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            MaxAge = Lifetime,
            IsEssential = true,
        });

    public static void Forget(HttpContext context) => context.Response.Cookies.Delete(Cookie);
}
