using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>What a caller says about the CAR that it sends.</summary>
/// <remarks>Root is what the caller expects; null when the CAR alone says it.</remarks>
internal sealed record UploadRequest(PinScope Scope, Cid? Root, string? Capture, string? Session, int? Number, string? Name)
{
    /// <exception cref="ApiException">400: a parameter is out of its bounds.</exception>
    public static UploadRequest Read(IQueryCollection parameters)
    {
        var query = new QueryValues(parameters);
        return new(
            query.Choice<PinScope>("scope") ?? PinScope.Dag,
            query.Cid("cid"),
            query.Text("capture"),
            query.Text("session"),
            (int?)query.Number("number", 0, int.MaxValue),
            query.Text("name"));
    }

    public Pin ToPin(Node node, Cid root, DateTimeOffset now) => new()
    {
        Id = Pin.NewId(),
        Node = node.Name,
        Cid = root,
        Scope = Scope,
        State = PinState.Pinned,
        Capture = Capture,
        Session = Session,
        Number = Number,
        Name = Name,
        Created = now,
    };
}
