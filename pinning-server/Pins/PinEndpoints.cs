using System.Globalization;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// What a node holds here, and nobody else's: with capture id, session and number of each frame, so that a node that lost its catalogue
/// can make it again (law 5).
/// </summary>
internal sealed class PinEndpoints(
    PinDatabase database, EndedPins ended, PinRemoval removal, QuotaLedger ledger, NodeWarning warning, NodeSightings sightings)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    // A node reads an answer of some 64 KiB.
    private const int MaxBroken = 100;

    private sealed record Page(IReadOnlyList<PinView> Pins, string? Next);

    private sealed record NodeView(
        string Node, long Pins, long Bytes, long ReservedBytes, long LeftBytes, long? QuotaBytes, string? Warning,
        DateTimeOffset? TokenExpires, bool AddOnly, DateTimeOffset? LastSeen, Count Unpinned, Broken Broken);

    private sealed record Count(long Pins, long Bytes);

    private sealed record Broken(long Pins, IReadOnlyList<Cid> Cids);

    /// <summary>
    /// <c>GET /v0/pins</c>, oldest first, those that are whole or (<c>state=broken</c>) those that are no longer; <c>HEAD</c> answers 200
    /// or 404 and the number in <c>X-Total-Count</c>.
    /// </summary>
    public async Task ListAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        var filter = new PinFilter(context.Caller().Name)
        {
            Broken = query.Text("state") switch
            {
                null or "pinned" => false,
                "broken" => true,
                _ => throw ApiException.BadRequest("\"state\" is pinned, the default, or broken: those that lost bytes here."),
            },
            Cids = query.Cid("cid") is { } cid ? [cid.ToString()] : [],
            Capture = query.Text("capture"),
            Session = query.Text("session"),
        };
        if (HttpMethods.IsHead(context.Request.Method))
        {
            long count = await database.CountAsync(filter, context.RequestAborted);
            context.Response.Headers["X-Total-Count"] = count.ToString(CultureInfo.InvariantCulture);
            context.Response.StatusCode = count > 0 ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
            return;
        }

        int limit = (int)(query.Number("limit", 1, MaxLimit) ?? DefaultLimit);
        filter = filter with { AfterRow = query.Number("after", 0, long.MaxValue) ?? 0 };
        var pins = await database.ListAsync(filter, limit, context.RequestAborted);
        string? next = pins.Count == limit ? pins[^1].Row.ToString(CultureInfo.InvariantCulture) : null;
        await context.AnswerAsync(StatusCodes.Status200OK, new Page(pins.ConvertAll(PinView.Of), next));
    }

    /// <summary><c>GET /v0/pins/{id}</c>.</summary>
    public async Task GetAsync(HttpContext context, string id) => await context.AnswerAsync(
        StatusCodes.Status200OK,
        PinView.Of(await database.FindAsync(context.Caller().Name, id, context.RequestAborted)
            ?? throw ApiException.NotFound("You have no such pin.")));

    /// <summary><c>DELETE /v0/pins/{id}</c>: 204, also when it is gone already.</summary>
    public async Task DeleteAsync(HttpContext context, string id)
    {
        await removal.RemoveAsync(context.Caller().Name, id, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>
    /// <c>GET /v0/node</c>: the caller itself, its use and its quota, what it ended and is kept still, and the newest of its pins that lost
    /// bytes here: it is to send those again.
    /// </summary>
    public async Task NodeAsync(HttpContext context)
    {
        var node = context.Caller();
        var use = ledger.Use(node);
        DateTimeOffset? seen = sightings.All.TryGetValue(node.Name, out var at) ? at : null;
        var (pins, bytes) = await ended.CountAsync(node.Name, context.RequestAborted);
        var broken = await database.NewestAsync(node.Name, broken: true, MaxBroken, long.MaxValue, context.RequestAborted);
        long brokenPins = broken.Count < MaxBroken ? broken.Count : await database.CountBrokenAsync(node.Name, context.RequestAborted);
        await context.AnswerAsync(StatusCodes.Status200OK, new NodeView(
            node.Name, use.Pins, use.Bytes, use.Reserved, use.Left, node.QuotaBytes,
            warning.Of(node) is { Count: > 0 } warnings ? string.Join("; ", warnings) : null, node.Expires, node.AddOnly, seen,
            new Count(pins, bytes), new Broken(brokenPins, broken.ConvertAll(b => b.Cid))));
    }
}
