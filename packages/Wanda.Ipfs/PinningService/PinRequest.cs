namespace Wanda.Ipfs;

/// <summary>What a pinning service is asked to keep.</summary>
/// <param name="Cid">The root of the DAG.</param>
public sealed record PinRequest(Cid Cid)
{
    /// <summary>How many addresses are sent at most, as the specification says.</summary>
    public const int MaxOrigins = 20;

    /// <summary>The longest name, in characters, as the specification says.</summary>
    public const int MaxNameLength = 255;

    /// <summary>
    /// A name to find it by, at most <see cref="MaxNameLength"/> characters (a capture id). <value>Default: none.</value>
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// Multiaddresses where the service may fetch from, each ending in <c>/p2p/PEER</c>, at most <see cref="MaxOrigins"/>. <value>Default:
    /// none.</value>
    /// </summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>What the service stores along and can be asked for. <value>Default: nothing.</value></summary>
    public IReadOnlyDictionary<string, string> Meta { get; init; } = new Dictionary<string, string>();

    internal void Check()
    {
        if (Cid.IsDefault || Name?.Length > MaxNameLength || Origins.Count > MaxOrigins
            || Origins.FirstOrDefault(o => !EndsInPeer(o)) is { })
        {
            throw new ArgumentException(
                $"A pin has a CID, a name of at most {MaxNameLength} characters, and at most {MaxOrigins} origins that end in /p2p/PEER.");
        }
    }

    private static bool EndsInPeer(string origin) => origin.Split('/') is [.., "p2p", { Length: > 0 }];
}
