using Wanda.Catalog;

namespace Wanda.Hosting;

/// <summary>
/// Refuses a new destination whose token would go over the line unencrypted. One that was in use before goes on, with a notice: an update
/// stops no release.
/// </summary>
internal static class ClearTokens
{
    /// <exception cref="ConfigurationException">There is one.</exception>
    public static async Task EnsureAsync(WandaOptions options, Catalogue catalogue, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        for (var i = 0; i < options.Destinations.Count; i++)
        {
            var destination = options.Destinations[i];
            if (destination is { InClear: { } address, SendTokenUnencrypted: false }
                && !await catalogue.Destinations.IsKnownAsync(destination.Name, destination.Place, cancellationToken))
            {
                problems.Add(
                    $"destinations[{i}]: the token of '{destination.Name}' would go to {address} unencrypted, and whoever is on the way "
                        + "could read and use it. Write an address that begins with https://, or \"sendTokenUnencrypted\": true.");
            }
        }

        if (problems.Count > 0)
            throw new ConfigurationException(problems);
    }
}
