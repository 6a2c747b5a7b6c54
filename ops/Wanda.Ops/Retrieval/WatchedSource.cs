using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>A place that somebody is told of before it is asked, and may keep from being asked.</summary>
internal sealed class WatchedSource(ICopySource source, Action beforehand) : ICopySource
{
    public string Name => source.Name;

    public Task<ICopy> OpenAsync(Cid root, CancellationToken cancellationToken = default)
    {
        beforehand();
        return source.OpenAsync(root, cancellationToken);
    }
}
