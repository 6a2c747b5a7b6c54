using Wanda.Destinations.Check;
using Wanda.Destinations.Folder;
using Wanda.Destinations.Sftp;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>
/// Goes to a destination as a node is configured to, a step at a time, and names the piece that is broken. A WANDA pinning server is gone
/// through whole; of other kinds what can be tried without putting something where it stays.
/// </summary>
public static class DestinationCheck
{
    // A step's; what takes longer is broken for whoever waits in front of a terminal.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>Takes all steps: some seconds, and less than 1 MB each way.</summary>
    /// <param name="options">The node's configuration.</param>
    /// <param name="name">The destination's name in it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it; what was put there is taken away again.</param>
    /// <exception cref="ConfigurationException">There is no such destination.</exception>
    public static async Task<DestinationReport> RunAsync(
        WandaOptions options, string name, TimeProvider time, CancellationToken cancellationToken)
    {
        var destination = options.Destinations.SingleOrDefault(d => d.Name == name) ?? throw new ConfigurationException([
            $"destinations: none is called '{name}'; there are: {string.Join(", ", options.Destinations.Select(d => d.Name))}."]);
        var log = new CheckLog(time, destination.Timeout < Longest ? destination.Timeout : Longest);
        switch (destination.Kind)
        {
            case "folder":
                await FolderCheck.RunAsync(log, options.Node, destination, new FolderStore(destination), cancellationToken);
                break;
            case "sftp":
                await FolderCheck.RunAsync(log, options.Node, destination, new SftpStore(destination, time), cancellationToken);
                break;
            case "wanda":
                await ServerAsync(log, destination, cancellationToken);
                break;
            default:
                await ServiceCheck.RunAsync(log, destination, Path.Combine(options.Data, "catalogue.db"), cancellationToken);
                break;
        }

        return log.Report(destination.Name, destination.Kind);
    }

    private static async Task ServerAsync(CheckLog log, DestinationOptions destination, CancellationToken cancellationToken)
    {
        string[] rest =
        [
            CheckNames.Token, CheckNames.BodyLimit, CheckNames.Continue, CheckNames.Streaming, CheckNames.Send, CheckNames.Proof,
            CheckNames.Range, CheckNames.Back, CheckNames.Unpin,
        ];
        var endpoint = new RemoteEndpoint(new Uri(destination.Url));
        if (!await new AddressCheck(log, endpoint.Address).ReachAsync(hasToken: true, cancellationToken))
        {
            log.Skip("there is no sound way to the server", [CheckNames.Server, CheckNames.Front, CheckNames.Clock, .. rest]);
            return;
        }

        string? token = null;
        using var open = new WandaHttp(endpoint.Address, null, destination.Timeout);
        if (!await new ServerCheck(log, open).IsThereAsync(cancellationToken))
        {
            log.Skip("no WANDA pinning server is there, and no token is shown to anything else", rest);
            return;
        }

        if (!await log.TokenAsync(destination, read => token = read, cancellationToken))
        {
            log.Skip("there is no token", rest[1..]);
            return;
        }

        using var http = new WandaHttp(endpoint.Address, token, destination.Timeout);
        if (await new ServerCheck(log, http).WhoAsync(cancellationToken) is not { } who)
        {
            log.Skip("the server does not know us", rest[1..]);
            return;
        }

        if (HttpClient.DefaultProxy.GetProxy(endpoint.Address) is not null)
            log.Skip("requests go by a proxy of the environment", CheckNames.BodyLimit, CheckNames.Continue, CheckNames.Streaming);
        else
            await new UploadCheck(log, http, token!).RunAsync(ServerCheck.Number(who, "leftBytes"), cancellationToken);
        using var server = new WandaServerClient(
            Remotes.Endpoint(destination, endpoint.Address, token) with { Tries = 1 }, log.Time);
        await new BlockCheck(log, http, server).RunAsync(ServerCheck.IsAddOnly(who), cancellationToken);
    }
}
