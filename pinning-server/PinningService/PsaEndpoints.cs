using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>
/// The Pinning Service API over the same pins. The status is the truth: "pinned" once every block of the DAG is on this disk, "queued"
/// until then. This server dials nobody; the bytes come by CAR upload, of this pin or of any other that holds them.
/// </summary>
/// <remarks>Source: IPFS Pinning Service API 1.0.0.</remarks>
internal sealed class PsaEndpoints(
    PinDatabase database, PinSettler settler, PinRemoval removal, ServerIdentity identity, PinningServerOptions options)
{
    private const int MaxOrigins = 20;
    private const int MaxMeta = 64;
    private const int MaxLabelBytes = 4096;
    private const int ListsAtOnce = 4;
    private const int ListsOfNode = 8;

    // A page has up to a thousand pins, each with its labels: some MB in memory.
    private readonly FairTurns _lists = new(ListsAtOnce, ListsOfNode);

    /// <summary><c>GET /psa/pins</c>.</summary>
    public async Task ListAsync(HttpContext context)
    {
        using var place = _lists.Enter(context.Caller());
        await place.TakeTurnAsync(context.RequestAborted);
        var (filter, limit) = PsaQuery.Read(context.Request.Query, context.Caller().Name);
        var (count, pins) = await database.ListNewestAsync(filter, limit, context.RequestAborted);
        await context.AnswerAsync(StatusCodes.Status200OK, new PsaResults(count, pins.ConvertAll(View)));
    }

    /// <summary><c>POST /psa/pins</c>.</summary>
    public async Task AddAsync(HttpContext context)
    {
        var wanted = await WantedAsync(context);
        var pin = await database.AddAsync(wanted, context.RequestAborted);
        await AcceptedAsync(context, await settler.SettleAsync(pin, context.RequestAborted));
    }

    /// <summary><c>GET /psa/pins/{requestid}</c>.</summary>
    public async Task GetAsync(HttpContext context, string id) =>
        await context.AnswerAsync(StatusCodes.Status200OK, View(await FindAsync(context, id)));

    /// <summary>
    /// <c>POST /psa/pins/{requestid}</c>: the node sees the new pin alone; the old one is kept until the new one is whole here.
    /// </summary>
    public async Task ReplaceAsync(HttpContext context, string id)
    {
        await FindAsync(context, id);
        var pin = await removal.ReplaceAsync(id, await WantedAsync(context), context.RequestAborted) ?? throw NoSuchPin();
        await AcceptedAsync(context, await settler.SettleAsync(pin, context.RequestAborted));
    }

    /// <summary><c>DELETE /psa/pins/{requestid}</c>.</summary>
    public async Task DeleteAsync(HttpContext context, string id)
    {
        var pin = await FindAsync(context, id);
        await removal.RemoveAsync(pin.Node, pin.Id, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary><c>/pins</c>, asked by a client that was given this server's address without <c>/psa</c>: says the right one.</summary>
    public void Elsewhere(HttpContext context)
    {
        string server = options.AddressFor(context.Request);
        throw ApiException.NotFound(
            $"The Pinning Service API of this server is {server}/psa: configure that as the service's endpoint in place of {server}.");
    }

    private async Task<Pin> WantedAsync(HttpContext context)
    {
        string node = context.Caller().Name;
        var wanted = await context.ReadJsonAsync<PsaPin>();
        if (wanted.Cid.IsDefault)
            throw ApiException.BadRequest("\"cid\" is missing.");
        if (wanted.Name?.Length > QueryValues.MaxText || wanted.Origins?.Count > MaxOrigins || wanted.Meta?.Count > MaxMeta)
        {
            throw ApiException.BadRequest(
                $"At most {QueryValues.MaxText} characters of name, {MaxOrigins} origins and {MaxMeta} keys of meta are taken.");
        }

        if (Bytes(wanted.Origins) + Bytes(wanted.Meta?.Keys) + Bytes(wanted.Meta?.Values) > MaxLabelBytes)
            throw ApiException.BadRequest($"\"origins\" and \"meta\" have at most {MaxLabelBytes} bytes together.");

        if (await database.CountQueuedAsync(node, context.RequestAborted) >= options.MaxQueuedPins)
        {
            throw new ApiException(StatusCodes.Status429TooManyRequests, "TOO_MANY_QUEUED_PINS",
                $"{options.MaxQueuedPins} of your pins wait for their bytes already; send those or remove some.", options.MaintainEvery);
        }

        return new Pin
        {
            Id = Pin.NewId(),
            Node = node,
            Cid = wanted.Cid,
            Name = wanted.Name,
            Origins = wanted.Origins ?? [],
            Meta = wanted.Meta ?? new Dictionary<string, string>(),
            Created = settler.Now,
        };
    }

    private static long Bytes(IEnumerable<string>? texts) => texts?.Sum(t => (long)Encoding.UTF8.GetByteCount(t)) ?? 0;

    private async Task<Pin> FindAsync(HttpContext context, string id) =>
        await database.FindAsync(context.Caller().Name, id, context.RequestAborted) is { Scope: PinScope.Dag } pin
            ? pin
            : throw NoSuchPin();

    private static ApiException NoSuchPin() => ApiException.NotFound("You have no such pin.");

    private Task AcceptedAsync(HttpContext context, Pin pin) => context.AnswerAsync(StatusCodes.Status202Accepted, View(pin));

    private PsaStatus View(Pin pin) => new(
        pin.Id,
        pin.State == PinState.Pinned ? "pinned" : "queued",
        pin.Created,
        new PsaPin { Cid = pin.Cid, Name = pin.Name, Origins = pin.Origins, Meta = pin.Meta },
        identity.Delegates,
        pin.State == PinState.Pinned
            ? new Dictionary<string, string> { ["dag_size"] = pin.Bytes.ToString(CultureInfo.InvariantCulture) }
            : new Dictionary<string, string>
            {
                ["status_details"] = "Blocks are missing here. This server fetches from nobody: send them as a CAR to /v0/car.",
            });
}
