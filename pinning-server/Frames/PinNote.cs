using System.Text.Json;

namespace Wanda.PinningServer;

/// <summary>
/// What is kept of a pin beside its claims, so that <c>pins.db</c> can be made again from the block store (law 5): whose it is, its labels,
/// and what it covers.
/// </summary>
internal sealed record PinNote
{
    public required string Node { get; init; }
    public required string Cid { get; init; }
    public PinScope Scope { get; init; }
    public string? Capture { get; init; }
    public string? Session { get; init; }
    public int? Number { get; init; }
    public string? Name { get; init; }
    public long Bytes { get; init; }
    public int Blocks { get; init; }
    public DateTimeOffset Created { get; init; }
    public IReadOnlyList<string> Origins { get; init; } = [];
    public IReadOnlyDictionary<string, string> Meta { get; init; } = new Dictionary<string, string>();

    public static string Of(Pin pin) => JsonSerializer.Serialize(new PinNote
    {
        Node = pin.Node,
        Cid = pin.Cid.ToString(),
        Scope = pin.Scope,
        Capture = pin.Capture,
        Session = pin.Session,
        Number = pin.Number,
        Name = pin.Name,
        Bytes = pin.Bytes,
        Blocks = pin.Blocks,
        Created = pin.Created,
        Origins = pin.Origins,
        Meta = pin.Meta,
    });

    /// <summary>The pin that a note tells of; null when it cannot be read.</summary>
    public static Pin? Read(string id, string? note)
    {
        try
        {
            return note is null || JsonSerializer.Deserialize<PinNote>(note) is not { } read || !Ipfs.Cid.TryParse(read.Cid, out var cid)
                ? null
                : new Pin
                {
                    Id = id,
                    Node = read.Node,
                    Cid = cid,
                    Scope = read.Scope,
                    State = PinState.Pinned,
                    Capture = read.Capture,
                    Session = read.Session,
                    Number = read.Number,
                    Name = read.Name,
                    Bytes = read.Bytes,
                    Blocks = read.Blocks,
                    Created = read.Created,
                    Origins = read.Origins,
                    Meta = read.Meta,
                };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
