using Wanda.Catalog;
using Wanda.Destinations.Kubo;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Check;

/// <summary>
/// Pinning services, Pinata and Kubo: the way to each of their addresses, and whether they know us. What is put there is public, and may
/// stay, so nothing is.
/// </summary>
internal static class ServiceCheck
{
    private const string Public = "what is sent there may be read by anybody and may stay, so nothing is sent for a test";

    /// <param name="log">What comes of it.</param>
    /// <param name="destination">Where to go.</param>
    /// <param name="catalogue">The node's, as a file; there need not be one yet.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task RunAsync(
        CheckLog log, DestinationOptions destination, string catalogue, CancellationToken cancellationToken)
    {
        var hasToken = destination.Token is not null || destination.TokenFile is not null;
        foreach (var address in AddressesOf(destination))
        {
            if (await new AddressCheck(log, address).ReachAsync(hasToken, cancellationToken))
                continue;
            log.Skip($"{address.Host} is not reached", CheckNames.Token, CheckNames.Send);
            return;
        }

        string? token = null;
        if (hasToken && !await log.TokenAsync(destination, read => token = read, cancellationToken))
        {
            log.Skip("there is no token", CheckNames.Token, CheckNames.Send);
            return;
        }

        await (destination.Kind switch
        {
            "kubo" => KuboAsync(log, destination, catalogue, cancellationToken),
            "pinata" => PinataAsync(log, destination, token, cancellationToken),
            _ => PinningServiceAsync(log, destination, token, cancellationToken),
        });
        log.Skip(Public, CheckNames.Send);
    }

    private static async Task KuboAsync(
        CheckLog log, DestinationOptions destination, string catalogue, CancellationToken cancellationToken)
    {
        var client = await KuboDestination.Client(destination, log.Time).GetAsync(cancellationToken);
        using var _ = client;
        if (!await log.StepAsync(CheckNames.Token,
            "Check \"url\", which is the RPC's (port 5001), and that our token may do what we ask (API.Authorizations).",
            async stop => Finding.Good($"is Kubo {await client.RequireAsync(cancellationToken: stop)}, and takes our requests."),
            cancellationToken))
        {
            log.Skip("it does not answer us", CheckNames.Flush);
            return;
        }

        await log.StepAsync(CheckNames.Flush, "Allow our token \"/api/v0/config/show\" in its API.Authorizations.", async stop =>
        {
            // When it was started after it was configured is known to the node alone, which saw it before.
            await using var known = File.Exists(catalogue) ? await Catalogue.OpenAsync(catalogue, log.Time, stop) : null;
            var found = await AskAsync(client, new KuboSightings(known), log.Time, stop);
            if (found.Flushing == Flushing.Yes)
                return Finding.Good("writes what it takes through to its disk.");
            return (await AskAsync(client, new Restarted(), log.Time, stop)).Flushing == Flushing.Yes
                ? Finding.Odd(found.Reason, "Restart it once while this node runs: frames are given to it from then on.")
                : Finding.Bad(found.Reason, "Frames are given to it when it does.");
        }, cancellationToken);
    }

    private static async Task<KuboFlush> AskAsync(
        KuboClient client, IKuboSightings sightings, TimeProvider time, CancellationToken cancellationToken)
    {
        using var durability = new KuboDurability(client, sightings, mayFlushByUs: false, time);
        return await durability.AskAsync(cancellationToken);
    }

    private static Task<bool> PinataAsync(
        CheckLog log, DestinationOptions destination, string? token, CancellationToken cancellationToken) =>
        log.StepAsync(CheckNames.Token, "Get a new key at Pinata and write it to \"token\" or \"tokenFile\".", async stop =>
        {
            using var client = new PinataClient(
                Once(destination, destination.Url.Length > 0 ? new Uri(destination.Url) : PinataClient.ApiAddress, token),
                Once(destination, destination.UploadUrl is { } uploads ? new Uri(uploads) : PinataClient.UploadAddress, token), log.Time);
            await foreach (var file in client.ListAsync(cancellationToken: stop))
                break;
            return Finding.Good("knows our key, and lists what it has of us.");
        }, cancellationToken);

    private static Task<bool> PinningServiceAsync(
        CheckLog log, DestinationOptions destination, string? token, CancellationToken cancellationToken) =>
        log.StepAsync(CheckNames.Token,
            "Check \"url\", which is the API's without \"/pins\", and ask the service for a new token.", async stop =>
            {
                using var client = new PinningServiceClient(Once(destination, new Uri(destination.Url), token), log.Time);
                await foreach (var pin in client.ListAsync(cancellationToken: stop))
                    break;
                return Finding.Good("is a pinning service, knows our token, and lists what it has of us.");
            }, cancellationToken);

    private static RemoteEndpoint Once(DestinationOptions destination, Uri address, string? token) =>
        Remotes.Endpoint(destination, address, token) with { Tries = 1 };

    private static IEnumerable<Uri> AddressesOf(DestinationOptions destination)
    {
        var isPinata = destination.Kind == "pinata";
        string?[] configured =
        [
            destination.Kind == "kubo" ? KuboUrl.Web(destination.Url)?.AbsoluteUri
                : destination.Url.Length > 0 ? destination.Url : isPinata ? PinataClient.ApiAddress.AbsoluteUri : null,
            destination.UploadUrl ?? (isPinata ? PinataClient.UploadAddress.AbsoluteUri : null), destination.CarUrl, destination.Gateway,
        ];
        return configured.OfType<string>().Select(a => new Uri(a)).DistinctBy(a => (a.Scheme, a.Authority));
    }

    /// <summary>Whatever daemon it is, it runs with the configuration that it tells.</summary>
    private sealed class Restarted : IKuboSightings
    {
        public Task<KuboSighting?> FindAsync(string peer, CancellationToken cancellationToken) =>
            Task.FromResult<KuboSighting?>(new(Started: null));

        public Task SaveAsync(string peer, KuboSighting? sighting, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
