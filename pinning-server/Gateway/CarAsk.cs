using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>How a CAR is wanted.</summary>
/// <param name="Selection">Which blocks.</param>
/// <param name="Order"><c>dfs</c>, or <c>unk</c>: any, which is the same here.</param>
internal sealed record CarAsk(DagSelection Selection, string Order)
{
    private static readonly Dictionary<string, DagScope> Scopes = new(StringComparer.Ordinal)
    {
        ["block"] = DagScope.Block,
        ["entity"] = DagScope.Entity,
        ["all"] = DagScope.All,
    };

    public string ContentType => $"application/vnd.ipld.car; version=1; order={Order}; dups={(Selection.Duplicates ? "y" : "n")}";

    /// <exception cref="ApiException">400: a parameter has a value that it cannot have.</exception>
    public static CarAsk Of(IQueryCollection query, GatewayAsk ask)
    {
        if ((Value("version") ?? "1") != "1")
            throw ApiException.BadRequest("CARs are served in version 1 only.");
        string order = Value("order") ?? "dfs";
        string dups = Value("dups") ?? "n";
        if (order is not ("dfs" or "unk") || dups is not ("y" or "n"))
            throw ApiException.BadRequest("A CAR's \"order\" is dfs or unk, its \"dups\" y or n.");
        EntityBytes bytes = default;
        bool hasBytes = query.TryGetValue("entity-bytes", out var range);
        if (hasBytes && !EntityBytes.TryParse(range.ToString(), out bytes))
            throw ApiException.BadRequest("\"entity-bytes\" is FROM:TO or FROM:*, bytes from 0 or, negative, from the end; not backwards.");
        string scope = query.TryGetValue("dag-scope", out var asked) ? asked.ToString() : hasBytes ? "entity" : "all";
        if (!Scopes.TryGetValue(scope, out var found))
            throw ApiException.BadRequest("\"dag-scope\" must be block, entity or all.");
        return new(new(found, hasBytes ? bytes : null, dups == "y"), order);

        string? Value(string name) =>
            query.TryGetValue($"car-{name}", out var value) ? value.ToString() : ask.Parameters.GetValueOrDefault(name);
    }

    /// <summary>Names the CAR of a path: the same for the same blocks in the same order.</summary>
    public string Tag(DagPath path)
    {
        string text = string.Join('|', path.Segments) + Selection + Order;
        string scope = Selection.Scope.ToString().ToLowerInvariant();
        return $"{path.Cid}.car.{scope}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8))}";
    }
}
