using System.Diagnostics;
using System.Security.Cryptography;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Destinations.Wanda;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.PinningServer;

namespace Benchmarks.Pipeline;

/// <summary>
/// What a frame has to go through from saved to proven, each part by itself with nothing beside and no queue between: its CID and the
/// store's index, the upload, the proof of possession.
/// </summary>
internal static class FrameParts
{
    private const int Rounds = 7;

    /// <summary>The sum of the parts' medians, in seconds, for a file of so many random bytes.</summary>
    public static async Task<double> SecondsAsync(int bytes, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-parts-").FullName;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var token = AccessToken.Generate();
            var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
            var server = PinningServerHost.RunAsync(new PinningServerOptions
            {
                DataFolder = Directory.CreateDirectory(Path.Combine(folder, "server")).FullName,
                Listen = "127.0.0.1:0",
                Nodes = [new NodeOptions { Name = "dome", TokenSha256 = AccessToken.Hash(token) }],
            }, listening.SetResult, stop.Token);
            await await Task.WhenAny(listening.Task, server);
            List<double>[] parts = [[], [], []];
            await using (var catalogue = await Catalogue.OpenAsync(Path.Combine(folder, "catalogue.db"),
                TimeProvider.System, cancellationToken))
            await using (var store = await BlockStore.OpenAsync(Path.Combine(folder, "store"), TimeProvider.System, cancellationToken))
            {
                var node = new EmbeddedNode(store, UnixFsProfile.Parse(new IpfsOptions().Profile));
                var options = new DestinationOptions
                {
                    Name = "server",
                    Kind = "wanda",
                    Url = (await listening.Task).ToString(),
                    Token = token,
                };
                var tools = new DestinationTools(new WandaOptions(), node,
                    new ReadBack(new OwnNodes(node, []), TimeProvider.System), TimeProvider.System);
                var destination = new WandaDestination(options, tools,
                    new UploadLine(options, new Uplink(TimeProvider.System), catalogue, TimeProvider.System));
                for (var round = 0; round < Rounds; round++)
                {
                    var file = Path.Combine(folder, $"frame-{round}");
                    await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(bytes), cancellationToken);
                    OffloadItem item = null!;
                    parts[0].Add(
                        await TimeAsync(async () => item = Item((await node.AddFileAsync(file, file, cancellationToken)).Root, round)));
                    // One read for both, and for the questions of later audits.
                    using var reading = destination.Read(item, new AuditOptions().Challenges);
                    parts[1].Add(await TimeAsync(() => destination.PushAsync(reading, cancellationToken)));
                    parts[2].Add(await TimeAsync(() => destination.ProveAsync(reading, cancellationToken)));
                }
            }

            await stop.CancelAsync();
            await server;
            return parts.Sum(Measurement.Median);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static OffloadItem Item(Cid cid, int number) =>
        new(SubjectKind.Capture, $"frame-{number}", cid, new PinLabels("night", $"frame-{number}", $"frame-{number}", number));

    private static async Task<double> TimeAsync(Func<Task> part)
    {
        var began = Stopwatch.GetTimestamp();
        await part();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
