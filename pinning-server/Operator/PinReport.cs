namespace Wanda.PinningServer;

/// <summary>What an operator sees of a pin.</summary>
/// <param name="Id">Its id, the <c>requestid</c> of the Pinning Service API.</param>
/// <param name="Node">Whose it is.</param>
/// <param name="Cid">What is pinned.</param>
/// <param name="State"><c>pinned</c>; <c>wanted</c> (its bytes never came); <c>broken</c> (some of them are gone); <c>unpinned</c> (by
/// its node, and kept for a while).</param>
/// <param name="Frame">Session and number, or the name; null when it has neither.</param>
/// <param name="Bytes">What it keeps, bytes; of a broken one, what it kept.</param>
/// <param name="Created">When it was made.</param>
public sealed record PinReport(string Id, string Node, string Cid, string State, string? Frame, long Bytes, DateTimeOffset Created)
{
    /// <summary>Its number; they ascend.</summary>
    public long Row { get; init; }

    /// <summary>When its node ended it; it is kept for <see cref="PinningServerOptions.KeepUnpinned"/> from then on.</summary>
    public DateTimeOffset? Unpinned { get; init; }

    internal static PinReport Of(Pin pin) => new(
        pin.Id, pin.Node, pin.Cid.ToString(), StateOf(pin),
        pin.Session is { } session && pin.Number is { } number ? $"{session}/{number}" : pin.Name, pin.Bytes, pin.Created)
    {
        Row = pin.Row,
        Unpinned = pin.Unpinned,
    };

    private static string StateOf(Pin pin) => pin switch
    {
        { Unpinned: not null } => "unpinned",
        { State: PinState.Pinned } => "pinned",
        { Bytes: > 0 } => "broken",
        _ => "wanted",
    };
}
