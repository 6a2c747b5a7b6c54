namespace Wanda.Hosting;

/// <summary>Getting frames back that are not here any more.</summary>
public sealed record RetrievalOptions
{
    /// <summary>
    /// How much of what was fetched is kept for the next time, the least recently used going first; all of it goes before any frame does
    /// for want of space. It is never a copy that counts. Default 2GB; 0 keeps nothing.
    /// </summary>
    public ByteSize Cache { get; init; } = ByteSize.Parse("2GB");

    /// <summary>
    /// Trustless gateways that are asked when no destination gives a frame, <c>https://...</c>. Whoever runs one learns which CIDs are
    /// asked for. Default: none.
    /// </summary>
    public IReadOnlyList<string> Gateways { get; init; } = [];
}
