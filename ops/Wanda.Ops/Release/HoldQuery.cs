using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Asks <see cref="ReleasePolicy"/> why frames that are proven are still here.</summary>
public sealed class HoldQuery(Catalogue catalogue, ReleaseSituation node, WandaOptions options)
{
    /// <summary>Why each of them is; those that the policy lets go are left out.</summary>
    public async Task<IReadOnlyDictionary<CaptureId, Hold>> OfAsync(
        IReadOnlyList<CaptureRecord> captures, CancellationToken cancellationToken)
    {
        var holds = new Dictionary<CaptureId, Hold>();
        if (captures.Count == 0)
            return holds;
        Situation situation;
        try
        {
            situation = await node.PeekAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The storage is not there. That is a notice of its own; of a frame there is nothing to say until it is back.
            return holds;
        }

        var proofs = await catalogue.Custody.ProofsOfAsync([.. captures.Select(c => c.Id.ToString())], cancellationToken);
        foreach (var capture in captures)
        {
            if (ReleasePolicy.Decide(capture, [.. proofs[capture.Id.ToString()]], options.Rules, situation).Hold is { } hold)
                holds[capture.Id] = hold;
        }

        return holds;
    }

    /// <summary>The same of one; null: the policy lets it go.</summary>
    public async Task<Hold?> OfAsync(CaptureRecord capture, CancellationToken cancellationToken) =>
        (await OfAsync([capture], cancellationToken)).GetValueOrDefault(capture.Id);
}
