namespace Wanda.PinningServer;

/// <summary>Whoever a token belongs to.</summary>
/// <param name="Name">Owns pins.</param>
/// <param name="QuotaBytes">Null: what the disk has.</param>
/// <param name="Expires">When the token ends; null: never.</param>
/// <param name="AddOnly">It may not remove what it has here.</param>
/// <param name="ReadsMetrics">It is told of the others.</param>
internal sealed record Node(
    string Name, long? QuotaBytes, DateTimeOffset? Expires = null, bool AddOnly = false, bool ReadsMetrics = false)
{
    /// <summary>Stands for whoever has pins of which it is not known any more whose they are. No node can have this name.</summary>
    public const string Unknown = "(unknown)";
}
