namespace Wanda.Workers.Offload;

/// <summary>The configured destinations, each behind its breaker.</summary>
internal sealed class DestinationSet(IReadOnlyList<Offloader> all) : IDisposable
{
    /// <summary>All of them, in the order of the configuration.</summary>
    public IReadOnlyList<Offloader> All { get; } = all;

    /// <summary>Those that are sent to: all but those that are being emptied.</summary>
    public IEnumerable<Offloader> Taking => All.Where(d => !d.Options.Drain);

    /// <summary>Those that also keep IPNS records.</summary>
    public IEnumerable<Offloader> Routers => Taking.Where(d => d.Router is not null);

    public void Dispose()
    {
        foreach (var destination in All)
            destination.Dispose();
    }
}
