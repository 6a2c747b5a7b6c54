using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Gate;

/// <summary>A watched folder in which the node's own lie as well: a home, a mounted disk. What the node writes is no capture.</summary>
public sealed class OwnFoldersTests : ProducerNode
{
    private string Home => Path.Combine(Options.Data, "..");

    private protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Watch =
        [
            new WatchOptions
            {
                Path = Path.Combine(options.Data, ".."),
                Name = "home",
                Recursive = true,
                Quiet = TimeSpan.Zero,
                QuietDoubtful = TimeSpan.Zero,
            },
        ],
        Destinations =
        [
            new DestinationOptions
            {
                Name = "disk",
                Kind = "folder",
                Path = Path.Combine(options.Data, "..", "d*k"),
                FailureDomain = "disk",
            },
        ],
    };

    [Fact]
    public async Task What_the_node_and_its_destinations_write_is_passed_over_and_listed()
    {
        Directory.CreateDirectory(Path.Combine(Home, "disk"));
        await File.WriteAllBytesAsync(Path.Combine(Home, "disk", "x.car"), [1]);
        await File.WriteAllBytesAsync(Path.Combine(Watched, "a.jpg"), [0xff, 0xd8, 1, 0xff, 0xd9]);
        await Eventually.HoldsAsync(async () => (await RefusedAsync()).Count == 2, "both to be passed over");
        await File.WriteAllBytesAsync(Path.Combine(Watched, "b.jpg"), [0xff, 0xd8, 2, 0xff, 0xd9]);
        await Eventually.HoldsAsync(async () => (await CapturesAsync()).Any(c => c.FileName == "b.jpg"), "the second frame");
        Assert.Equal(["watched/a.jpg", "watched/b.jpg"], (await CapturesAsync()).Select(c => c.SourcePath!.ToString()).Order());
        Assert.Equal(["data", "disk"], (await RefusedAsync()).Select(r => r.Path.ToString()).Order());
        Assert.All(await RefusedAsync(), r => Assert.Equal(RefusalCode.OwnFolder, r.Code));
    }

    private Task<IReadOnlyList<RefusalRecord>> RefusedAsync() => Catalogue.Intake.RefusalsAsync(10, default);

    private Task<IReadOnlyList<CaptureRecord>> CapturesAsync() => Catalogue.Captures.NewestAsync(100, default);
}
