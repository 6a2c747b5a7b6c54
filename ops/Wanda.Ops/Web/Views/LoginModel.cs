namespace Wanda.Ops.Web.Views;

/// <summary>What the login form shows.</summary>
/// <param name="Path">Where it is sent.</param>
/// <param name="Shown">What stands in it: the code of the link that led here.</param>
/// <param name="Problem">What was wrong with what was sent; null for nothing.</param>
public sealed record LoginModel(string Path, string Shown, string? Problem = null)
{
    /// <summary>Where a login is forgotten, by the way that led here.</summary>
    public string LogOut => Path.Replace("login", "logout", StringComparison.Ordinal);
}
