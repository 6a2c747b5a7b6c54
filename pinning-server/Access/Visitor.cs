namespace Wanda.PinningServer;

/// <summary>Who comes with a token: a node, or whoever has one that was good and is no more, or nobody.</summary>
/// <param name="Node">Null when it may not come in.</param>
/// <param name="Over">A sentence for the holder of a token that is over; null when it is good, or none that is known here.</param>
internal readonly record struct Visitor(Node? Node, string? Over);
