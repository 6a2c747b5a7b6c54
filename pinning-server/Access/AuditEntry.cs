namespace Wanda.PinningServer;

/// <summary>One line of the audit log.</summary>
/// <param name="Row">Its number; they ascend.</param>
/// <param name="At">When, by the server's clock.</param>
/// <param name="Node">Whose account or pin.</param>
/// <param name="Action">
/// <c>invited</c>, <c>joined</c>, <c>replaced</c> (that gave it a new token in place of one), <c>revoked</c>, <c>removed</c>;
/// <c>pinned</c>, <c>wanted</c> (its bytes are not here yet), <c>missing</c> (they no longer are), <c>unpinned</c>, <c>restored</c>,
/// <c>ended</c> (after <see cref="PinningServerOptions.KeepUnpinned"/>), <c>dropped</c> (by the operator).
/// </param>
/// <param name="Subject">The CID, of a pin.</param>
/// <param name="Detail">Session and number, or the name, of a pin; of one that was dropped, who did it and why besides. Of a
/// node that was removed, how many pins it had, and who did it.</param>
public sealed record AuditEntry(long Row, DateTimeOffset At, string Node, string Action, string? Subject, string? Detail);
