using Wanda.Custody;

namespace Wanda.Ops.Web;

/// <summary>The style of a severity. A word always stands beside it: colour alone tells some readers nothing.</summary>
public static class SeverityClass
{
    /// <summary>The class's name, or names: what is worse than trouble looks like it, and more.</summary>
    public static string Of(Severity severity) => severity switch
    {
        Severity.CaptureStopped => "trouble stopped",
        Severity.Lost => "trouble lost",
        Severity.NeedsYou => "trouble",
        _ => severity.ToString().ToLowerInvariant(),
    };
}
