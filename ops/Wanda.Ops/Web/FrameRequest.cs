using Microsoft.AspNetCore.Http;
using Wanda.Catalog;

namespace Wanda.Ops.Web;

/// <summary>Which frames a page of frames shows, and how: what stands in its address.</summary>
public sealed record FrameRequest(FrameFilter Filter, string? Session, string? Before, bool AsList)
{
    /// <summary>Frames on a page: divisible by every number of columns up to 6.</summary>
    public const int PageSize = 60;

    /// <summary>Reads an address; what it does not say, or says wrongly, is left out.</summary>
    public static FrameRequest Of(IQueryCollection query) => new(
        CustodyWords.Filter(query["state"]) ?? FrameFilter.All, Empty(query["session"]), Empty(query["before"]), query["view"] == "list");

    /// <summary>The address of this request.</summary>
    public string Address
    {
        get
        {
            var query = QueryString.Empty;
            if (Filter != FrameFilter.All)
                query = query.Add("state", CustodyWords.Key(Filter));
            foreach (var (name, value) in new[] { ("session", Session), ("before", Before), ("view", AsList ? "list" : null) })
            {
                if (value is not null)
                    query = query.Add(name, value);
            }

            return "/frames" + query;
        }
    }

    private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>A page of frames and what was asked for.</summary>
public sealed record FrameListing(FrameRequest Asked, FramePage Page);
