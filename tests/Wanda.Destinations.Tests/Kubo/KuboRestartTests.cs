using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations.Kubo;
using Wanda.Destinations.Tests.Support;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Destinations.Tests.Kubo;

/// <summary>A Kubo that is started again while it is given a frame: nobody knows how it wrote meanwhile (law 2).</summary>
public sealed class KuboRestartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-restart-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_frame_that_it_was_given_over_a_restart_counts_for_nothing_until_it_is_asked_again()
    {
        var kubo = new KuboStandIn { Started = "1.7000001e+09" };
        var restarts = 1;
        await using var daemon = await StandIn.StartAsync(context =>
        {
            if (context.Request.Path == "/api/v0/dag/import" && restarts-- > 0)
                kubo.Started = "1.7000002e+09";
            return kubo.AnswerAsync(context);
        });
        await using var store = await BlockStore.OpenAsync(Path.Combine(_folder.FullName, "store"), TimeProvider.System);
        await using var catalogue = await Catalogue.OpenAsync(
            Path.Combine(_folder.FullName, "catalogue.db"), TimeProvider.System, default);
        await catalogue.Node.StoreDaemonAsync(kubo.Peer, """{ "Started": null }""", default);
        var node = new EmbeddedNode(store);
        var options = new DestinationOptions { Name = "hub", Kind = "kubo", Url = daemon.Address.AbsoluteUri, Public = true };
        var tools = new DestinationTools(new WandaOptions { Data = _folder.FullName }, node,
            new ReadBack(new OwnNodes(node, []), TimeProvider.System), TimeProvider.System, Catalogue: catalogue);
        var destination = new KuboDestination(
            options, tools, new UploadLine(options, new Uplink(TimeProvider.System), catalogue, TimeProvider.System));
        var file = Path.Combine(_folder.FullName, "a.fits");
        await File.WriteAllBytesAsync(file, TestFrames.Noise(300_000));
        var frame = new OffloadItem(
            SubjectKind.Capture, "a", (await node.AddFileAsync(file, "a")).Root, new PinLabels("m42", "a.fits", "a", 7));

        var unsure = await Assert.ThrowsAsync<DestinationDownException>(() => destination.PushAsync(frame, default));

        Assert.Contains("was started again", unsure.Message, StringComparison.Ordinal);
        Assert.False(unsure.NeedsOperator);
        Assert.NotNull(await destination.PushAsync(frame, default));
        Assert.Equal(Flushes.Yes, (await destination.ProveAsync(frame, default))!.Flushes);
    }
}
