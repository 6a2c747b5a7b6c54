using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.Audit;

/// <summary>
/// Places that have proven frames and are not configured any more, as somebody to read from while they answer: those that show what they
/// hold to everybody, or to whoever has their disk. Their tokens went with their configuration.
/// </summary>
internal sealed class FormerPlaces(
    DestinationTools tools, WandaOptions options, Catalogue catalogue, Uplink uplink, TimeProvider time)
{
    // What is found of them is found of no destination of today, whatever their names: none of it goes on record.
    private readonly DestinationFactory _factory = new(tools with { Catalogue = null });
    private readonly HashSet<string> _silent = [];

    /// <summary>A new round: one that did not answer in the last is asked again.</summary>
    public void AskAgain() => _silent.Clear();

    /// <summary>Those that have proven a frame, the last to do so first, as they were called then.</summary>
    public IEnumerable<(string Place, DestinationOptions Options)> Of(IEnumerable<CustodyProof> proofs)
    {
        foreach (var proof in proofs.OrderByDescending(p => p.ProvenAt).DistinctBy(p => p.Place))
        {
            if (proof.Place is { } place && !_silent.Contains(place) && !options.Destinations.Any(d => d.Place == place)
                && DestinationPlace.Reading(place, proof.Destination) is { } there)
            {
                yield return (place, there);
            }
        }
    }

    /// <summary>Opens the copy there for as long as <paramref name="read"/> takes.</summary>
    /// <exception cref="NotHeldException">It does not hold it.</exception>
    /// <exception cref="DestinationDownException">
    /// It does not answer, or shows nothing without a token; it is left alone until the next round.
    /// </exception>
    public async Task ReadAsync(
        string place, DestinationOptions there, OffloadItem item, Func<IBlockSource, Task> read, CancellationToken cancellationToken)
    {
        var destination = _factory.Create(there, new UploadLine(there, uplink, catalogue, time)); // nothing goes over the line
        using var held = destination as IDisposable;
        try
        {
            await ((IReadable)destination).ReadAsync(item, read, cancellationToken);
        }
        catch (DestinationDownException)
        {
            _silent.Add(place);
            throw;
        }
    }
}
