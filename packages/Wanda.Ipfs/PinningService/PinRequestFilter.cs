using System.Text;

namespace Wanda.Ipfs;

/// <summary>Which pins a service is asked to list. As it is made it matches all of them, in every state.</summary>
public sealed record PinRequestFilter
{
    /// <summary>How many CIDs one question may name.</summary>
    public const int MaxCids = 10;

    /// <summary>Only these, at most <see cref="MaxCids"/>. <value>Default: all.</value></summary>
    public IReadOnlyList<Cid> Cids { get; init; } = [];

    /// <summary>Only this name, exactly. <value>Default: all.</value></summary>
    public string? Name { get; init; }

    /// <summary>Only in these states. <value>Default: all four; a service that is not told lists what is pinned only.</value></summary>
    public IReadOnlyList<PinRequestState> States { get; init; } = Enum.GetValues<PinRequestState>();

    internal string Query(int limit, DateTimeOffset? before)
    {
        if (Cids.Count > MaxCids || States.Count == 0)
            throw new ArgumentException($"A question names at most {MaxCids} CIDs and at least one state.");
        var query = new StringBuilder($"pins?limit={limit}&status={string.Join(',', States.Select(s => s.ToString().ToLowerInvariant()))}");
        if (Cids.Count > 0)
            query.Append("&cid=").AppendJoin(',', Cids);
        if (Name is not null)
            query.Append("&match=exact&name=").Append(Uri.EscapeDataString(Name));
        if (before is { } time)
        {
            query.Append("&before=")
                .Append(Uri.EscapeDataString(
                    time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", System.Globalization.CultureInfo.InvariantCulture)));
        }

        return query.ToString();
    }
}
