using Microsoft.AspNetCore.Http;

namespace Wanda.Ops.Web;

/// <summary>Knows, for a page, who logged in.</summary>
internal interface ILogins
{
    /// <summary>Whether this browser logged in, by the token or by a code, so that there is something to forget.</summary>
    bool IsLoggedIn(HttpRequest request);
}
