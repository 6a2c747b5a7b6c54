using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload;

/// <summary>Over a slow line it is told how far an upload is, for whoever shows it, and no longer than it lasts.</summary>
public sealed class UploadProgressTests : NodeTest
{
    [Fact]
    public async Task A_long_upload_tells_how_far_it_is_and_leaves_nothing()
    {
        var (frame, seen) = (await Node.SaveAsync("a.fits", TestFrames.Noise(2_000_000)), new List<UploadUnderWay>());
        await Eventually.HoldsAsync(async () =>
        {
            seen.AddRange(await Node.Catalogue.Destinations.UploadsAsync(default));
            return (await Node.ProofsAsync(frame)).Count > 0;
        }, "the frame to be proven");

        Assert.InRange(seen.DistinctBy(u => u.Bytes).Count(), 2, 20);
        Assert.Equal(seen.Select(u => u.Bytes).Order(), seen.Select(u => u.Bytes));
        Assert.All(seen, u => Assert.Equal(
            (TestNode.Destination, frame.Id.ToString(), frame.SizeBytes), (u.Destination, u.Subject, u.Total)));
        Assert.All(seen, u => Assert.InRange(u.Bytes, 1, u.Total));
        await Eventually.HoldsAsync(
            async () => (await Node.Catalogue.Destinations.UploadsAsync(default)).Count == 0, "the upload to be over for screens too");
    }

    [Fact]
    public async Task One_that_is_cut_is_over_as_well()
    {
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(2_000_000));
        await Eventually.HoldsAsync(
            async () => (await Node.Catalogue.Destinations.UploadsAsync(default)).Count == 1, "the upload to be told of");
        await Proxy.DownAsync();
        await Node.UntilPausedAsync();
        Assert.Empty(await Node.Catalogue.Destinations.UploadsAsync(default));
        Assert.Empty(await Node.ProofsAsync(frame));
    }

    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Destinations = [.. options.Destinations.Select(d => d with { Bandwidth = new ByteSize(400_000) })],
    };
}
