namespace Wanda.Workers.Offload;

/// <summary>The configured destinations, each behind its breaker.</summary>
internal sealed class DestinationSet(IReadOnlyList<Offloader> all) : IDisposable
{
    /// <summary>All of them, in the order of the configuration.</summary>
    public IReadOnlyList<Offloader> All { get; } = all;

    /// <summary>Those that also keep IPNS records.</summary>
    public IEnumerable<Offloader> Routers => All.Where(d => d.Router is not null);

    public void Dispose()
    {
        foreach (var destination in All)
            destination.Dispose();
    }
}
