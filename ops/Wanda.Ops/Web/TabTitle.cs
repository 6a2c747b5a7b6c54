using Wanda.Custody;

namespace Wanda.Ops.Web;

/// <summary>What a browser's tab says of a page: how bad it is first of all, for whoever looks at another one (law 11).</summary>
internal sealed class TabTitle(NightQuery night)
{
    /// <summary>The title.</summary>
    /// <param name="page">What the page is, which the first page does not say; null: it is the first.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="known">How bad it is, where the page read it already.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public async Task<string> OfAsync(string? page, string node, Severity? known, CancellationToken cancellationToken)
    {
        var word = SeverityWords.Of(known ?? (await night.ReadAsync(cancellationToken)).Severity);
        return $"{char.ToUpperInvariant(word[0])}{word[1..]} · {(page is null ? "" : $"{page} · ")}{node}";
    }
}
