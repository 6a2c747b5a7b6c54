namespace Wanda.PinningServer;

/// <summary>What a node is to get when it joins. It ends the name's invites that are still open.</summary>
/// <param name="Node">Its name; pins belong to it. 1 to 64 letters, digits, <c>-</c>, <c>_</c> or <c>.</c></param>
public sealed record Invitation(string Node)
{
    /// <summary>Bytes the node may keep here, 1 or more. Default: <see cref="PinningServerOptions.DefaultQuotaBytes"/>.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>From then on the node's token is refused. Default never.</summary>
    public DateTimeOffset? TokenExpires { get; init; }

    /// <summary>
    /// Whether it may give a new token to a name that is known here: one that joined, revoked or not, or has pins. The token that the node
    /// has is good until it joins again; whoever uses it after that is told. Default false: then such a name is refused.
    /// </summary>
    public bool Replace { get; init; }

    /// <summary>
    /// Whether the node may add and read only, and remove none of its pins: a token that was stolen then erases nothing. Default false.
    /// </summary>
    public bool AddOnly { get; init; }

    /// <summary>How long the invite can be redeemed. One minute to 90 days, default 7 days.</summary>
    public TimeSpan ValidFor { get; init; } = TimeSpan.FromDays(7);
}
