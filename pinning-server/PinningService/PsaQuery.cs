using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>The parameters of <c>GET /pins</c>, with the limits and defaults of the specification.</summary>
internal static class PsaQuery
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 1000;
    private const int MaxCids = 10;
    private const int MaxMeta = 10;

    public static (PinFilter Filter, int Limit) Read(IQueryCollection parameters, string node)
    {
        var query = new QueryValues(parameters);
        var filter = new PinFilter(node)
        {
            Scope = PinScope.Dag,
            Cids = [.. query.List("cid", MaxCids).Select(Canonical)],
            States = States(query.List("status", 4)),
            Name = query.Text("name"),
            Match = query.Choice<NameMatch>("match") ?? NameMatch.Exact,
            Before = query.Time("before"),
            After = query.Time("after"),
            Meta = Meta(query.Text("meta", 2000)),
        };
        return (filter, (int)(query.Number("limit", 1, MaxLimit) ?? DefaultLimit));
    }

    private static string Canonical(string text) =>
        Ipfs.Cid.TryParse(text, out var cid)
            ? cid.ToString()
            : throw ApiException.BadRequest($"\"cid\" holds {text[..Math.Min(100, text.Length)]}, which is not a CID.");

    // Without a status only what is pinned is wanted. Nothing here is ever "pinning" or "failed": asking for those alone finds nothing.
    private static IReadOnlyList<PinState> States(IReadOnlyList<string> statuses)
    {
        if (statuses.Count == 0)
            return [PinState.Pinned];
        var states = statuses.Select(s => QueryValues.Choose<PsaState>("status", s)).ToList();
        var wanted = states.Where(s => s is PsaState.Queued or PsaState.Pinned)
            .Select(s => s == PsaState.Pinned ? PinState.Pinned : PinState.Queued).Distinct().ToList();
        return wanted.Count > 0 ? wanted : [(PinState)(-1)];
    }

    private static IReadOnlyDictionary<string, string> Meta(string? json)
    {
        if (json is null)
            return new Dictionary<string, string>();
        try
        {
            var meta = JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
            return meta.Count <= MaxMeta ? meta : throw ApiException.BadRequest($"\"meta\" takes at most {MaxMeta} keys.");
        }
        catch (JsonException)
        {
            throw ApiException.BadRequest("\"meta\" must be a JSON object of strings.");
        }
    }

    private enum PsaState
    {
        Queued,
        Pinning,
        Pinned,
        Failed,
    }
}
