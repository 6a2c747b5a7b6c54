namespace Wanda.PinningServer;

/// <summary>
/// A node that joined by an invite, as the table <c>account</c> holds it. Its pins are kept whether or not it may still come in.
/// </summary>
internal sealed record Account(
    string Name, byte[] TokenSha256, long? QuotaBytes, DateTimeOffset? Expires, DateTimeOffset Joined, DateTimeOffset? Revoked)
{
    /// <summary>It may not remove what it has here.</summary>
    public bool AddOnly { get; init; }

    /// <summary>The hash of the token that the last invite replaced, whose holder is told so.</summary>
    public byte[]? FormerSha256 { get; init; }

    public DateTimeOffset? Replaced { get; init; }
}
