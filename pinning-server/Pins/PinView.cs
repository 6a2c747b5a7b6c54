using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>A pin as <c>/v0</c> shows it.</summary>
internal sealed record PinView(
    string PinId, Cid Cid, string Scope, string? Capture, string? Session, int? Number, string? Name, long Bytes, int Blocks,
    DateTimeOffset Created, string Node)
{
    public static PinView Of(Pin pin) => new(
        pin.Id, pin.Cid, pin.Scope.ToString().ToLowerInvariant(), pin.Capture, pin.Session, pin.Number, pin.Name, pin.Bytes,
        pin.Blocks, pin.Created, pin.Node);
}
