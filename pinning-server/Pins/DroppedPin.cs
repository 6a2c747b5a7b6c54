namespace Wanda.PinningServer;

/// <summary>A pin that the operator ended.</summary>
/// <param name="Id">Its id, which owns its claims.</param>
/// <param name="Node">Whose it was.</param>
/// <param name="Session">Its session.</param>
/// <param name="Pins">What it is on the account, 1 or 0.</param>
/// <param name="Bytes">The same, bytes.</param>
/// <param name="Overhead">The same, what it takes on the disk besides.</param>
internal sealed record DroppedPin(string Id, string Node, string? Session, long Pins, long Bytes, long Overhead);
