using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>A node of ours that others could fetch blocks from: a Kubo on this machine, or one that we offload to.</summary>
public interface IServingNode
{
    /// <summary>Why it may serve a CID now and what to do about it; null when it is certain that it does not.</summary>
    Task<string?> ServingAsync(Cid cid, CancellationToken cancellationToken);
}

/// <summary>
/// Law 2: no node of ours may serve what a destination is to prove meanwhile. The embedded store serves nobody: it has no port and no peer.
/// A node that can serve is registered as an <see cref="IServingNode"/> and is asked; a Kubo that is not is taken for one that serves.
/// </summary>
public sealed class OwnNodes(IIpfsNode node, IEnumerable<IServingNode> serving)
{
    private readonly IReadOnlyList<IServingNode> _serving = [.. serving];

    /// <summary>Which of our nodes may serve a CID, and what to do; null when none does.</summary>
    public async Task<string?> ServingAsync(Cid cid, CancellationToken cancellationToken)
    {
        foreach (var one in _serving)
        {
            if (await one.ServingAsync(cid, cancellationToken) is { } how)
                return how;
        }

        return node is KuboNode && _serving.Count == 0 ? "our frames are kept in Kubo, and it is not known whether it serves them." : null;
    }
}
