using Wanda.Catalog;

namespace Wanda.Hosting;

/// <summary>
/// What others may read of headers (law 12). The frames themselves are never changed: a destination that has them has theirs.
/// </summary>
public sealed record PrivacyOptions
{
    /// <summary>
    /// What of <c>coordinates</c>, <c>serials</c> and <c>names</c> goes into the sessions' <c>metadata.json</c>; with <c>paths</c> their
    /// archives hold files that tell a path of the machine. Default none.
    /// </summary>
    public IReadOnlyList<PrivateFact> Publish { get; init; } = [];
}
