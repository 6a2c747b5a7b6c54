using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>A destination as the configuration has it now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind: <c>wanda</c>, ...</param>
/// <param name="FailureDomain">What fails together with it.</param>
/// <param name="Place">Where it points: two of one place are the same destination, whatever their names.</param>
/// <param name="WasAskedAt">
/// Whether a proof's <see cref="CustodyProof.Endpoint"/> is this place: for those from before a proof said its place.
/// </param>
/// <param name="Drains">Whether it is being emptied, to be taken out: it opens no door.</param>
public sealed record ConfiguredDestination(string Name, string Kind, string FailureDomain, string Place, Func<string, bool> WasAskedAt,
    bool Drains = false);
