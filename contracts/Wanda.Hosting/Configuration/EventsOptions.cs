namespace Wanda.Hosting;

/// <summary>What pages hear live.</summary>
public sealed record EventsOptions
{
    /// <summary>
    /// The WANDA app beside this node, <c>http://127.0.0.1:5000</c>: its Socket.IO events reach the page through our endpoint, and what the
    /// page sends reaches the app. Default: <see cref="OpsOptions.App"/>.
    /// </summary>
    public string? Relay { get; init; }
}
