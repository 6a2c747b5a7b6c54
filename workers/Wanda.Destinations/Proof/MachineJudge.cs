using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.Destinations;

/// <summary>
/// Decides whether a destination's proofs are of a copy on this machine, from what was found of it, and records both. What the machine
/// tells goes first; an operator's word that it is this one always holds, and that it is another one where nothing can be told.
/// </summary>
internal sealed class MachineJudge(DestinationOptions options, DestinationTools tools)
{
    /// <param name="found">What was found of it now.</param>
    /// <param name="byAddress">How its address was taken before machines could be told from one another.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<bool> IsHereAsync(
        MachineJudgement found, Func<CancellationToken, Task<bool>> byAddress, CancellationToken cancellationToken)
    {
        var known = tools.Catalogue is { } catalogue ? await catalogue.Destinations.FindAsync(options.Name, cancellationToken) : null;
        var here = (found.Machine, options.SameMachine ?? known?.SameMachine) switch
        {
            (Machine.This, _) or (_, true) => true,
            (Machine.Other, _) or (_, false) => false,
            // An update must not stop releases at night: the operator is asked, and meanwhile it is as it was.
            _ when known is { JudgedByAddress: true } => await byAddress(cancellationToken),
            _ => true,
        };
        if (known is not null)
            await tools.Catalogue!.Destinations.JudgedAsync(options.Name, found, here, cancellationToken);
        return here;
    }
}
