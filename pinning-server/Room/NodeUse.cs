namespace Wanda.PinningServer;

/// <summary>What a node has here.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Pins">Settled pins.</param>
/// <param name="Bytes">What they keep.</param>
/// <param name="Reserved">What is on its way or kept for sessions.</param>
/// <param name="Left">What would fit besides: quota and disk.</param>
/// <param name="Overhead">What they take on the disk besides.</param>
internal readonly record struct NodeUse(string Node, long Pins, long Bytes, long Reserved, long Left, long Overhead);
