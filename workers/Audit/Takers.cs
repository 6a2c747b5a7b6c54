using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Offload;

namespace Wanda.Workers.Audit;

/// <summary>The destinations that would take what is brought back only to be elsewhere: tonight's frames need disk and line too.</summary>
internal sealed class Takers(Catalogue catalogue, DestinationSet destinations, WandaOptions options)
{
    // So many may wait to be sent on before more is brought back.
    private const int MayWait = 200;

    /// <summary>Whether it would go again: to places in so many failure domains, none of which has enough waiting for it already.</summary>
    public async Task<bool> TakeMoreAsync(int copies, CancellationToken cancellationToken)
    {
        HashSet<string> domains = new(StringComparer.OrdinalIgnoreCase);
        foreach (var destination in destinations.Taking.Where(d => d.GivesProof))
        {
            if (await catalogue.Destinations.FindAsync(destination.Name, cancellationToken) is { State: DestinationState.Open } known
                && (known.MachineHere is not true || options.IsDemo)
                && (await catalogue.Captures.UnprovenAtAsync(destination.Name, null, MayWait, cancellationToken)).Count < MayWait)
            {
                domains.Add(known.MachineDomain ?? known.FailureDomain);
            }
        }

        return domains.Count >= copies;
    }
}
