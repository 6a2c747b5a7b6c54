using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Destinations;

/// <summary>
/// Decides whether a destination's proofs are of a copy on this machine, from what was found of it, and records both. What the machine
/// tells goes first; an operator's word that it is this one always holds, and that it is another one where nothing can be told.
/// </summary>
internal sealed class MachineJudge(DestinationOptions options, DestinationTools tools)
{
    private static readonly TimeSpan ComparedEvery = TimeSpan.FromHours(1);
    private DateTimeOffset? _compared;

    /// <param name="found">What was found of it now.</param>
    /// <param name="byAddress">How its address was taken before machines could be told from one another.</param>
    /// <param name="digest">
    /// Its kernel's <c>MachineDigest</c> under a nonce that all destinations of this node are asked with; null where it tells none.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<bool> IsHereAsync(
        MachineJudgement found, Func<CancellationToken, Task<bool>> byAddress, Func<byte[], Task<byte[]?>>? digest,
        CancellationToken cancellationToken)
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
        {
            await tools.Catalogue!.Destinations.JudgedAsync(options.Name, found, here, cancellationToken);
            if (found.Machine == Machine.Other && digest is not null)
                await CompareAsync(tools.Catalogue, digest, cancellationToken);
        }

        return here;
    }

    /// <summary>Two destinations on one other machine fail together, whatever they are called: they are one copy.</summary>
    private async Task CompareAsync(Catalogue catalogue, Func<byte[], Task<byte[]?>> digest, CancellationToken cancellationToken)
    {
        var now = tools.Time.GetUtcNow();
        if (_compared is { } last && (now - last).Duration() < ComparedEvery)
            return;
        if (await digest(await catalogue.Node.MachineNonceAsync(cancellationToken)) is { } told)
            await catalogue.Destinations.RunsOnAsync(options.Name, Convert.ToHexStringLower(told), cancellationToken);
        _compared = now;
    }
}
