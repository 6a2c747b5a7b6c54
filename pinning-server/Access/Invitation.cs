namespace Wanda.PinningServer;

/// <summary>What a node is to get when it joins. For a node that is here already: a new token in place of the old one.</summary>
/// <param name="Node">Its name; pins belong to it. 1 to 64 letters, digits, <c>-</c>, <c>_</c> or <c>.</c></param>
public sealed record Invitation(string Node)
{
    /// <summary>Bytes the node may keep here, 1 or more. Default: what the disk has.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>From then on the node's token is refused. Default never.</summary>
    public DateTimeOffset? TokenExpires { get; init; }

    /// <summary>How long the invite can be redeemed. One minute to 90 days, default 7 days.</summary>
    public TimeSpan ValidFor { get; init; } = TimeSpan.FromDays(7);
}
