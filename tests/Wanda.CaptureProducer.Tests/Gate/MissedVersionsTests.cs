using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer.Tests.Gate;

/// <summary>Versions that no patience is enough for are counted (law 1), and those that come by a rename are taken at once.</summary>
public sealed class MissedVersionsTests : ProducerNode
{
    private int _markers;

    private protected override WandaOptions Configure(WandaOptions options)
    {
        File.CreateSymbolicLink(Path.Combine(Watched, "link"), "/dev/null");
        return options with
        {
            Watch =
            [
                new WatchOptions
                {
                    Path = Watched,
                    Name = "dome",
                    Quiet = TimeSpan.FromHours(1),
                    QuietDoubtful = TimeSpan.FromHours(1),
                    Exclude = [GlobPattern.Parse("latest.*")],
                },
            ],
        };
    }

    [Fact]
    public async Task A_version_that_is_overwritten_before_it_rested_is_counted()
    {
        await BegunAsync();
        for (var n = 1; n <= 3; n++)
        {
            await WriteAsync("image.fits", n);
            await HoldsAsync(s => s.Missed == n - 1, $"{n - 1} versions");
            await SeenAsync();
        }

        File.Delete(Path.Combine(Watched, "image.fits"));
        await HoldsAsync(s => s is { Missed: 3, MissedExactly: true }, "the removed one");
    }

    [Fact]
    public async Task A_version_that_is_renamed_into_place_is_taken_at_once()
    {
        await BegunAsync();
        for (var n = 1; n <= 5; n++)
        {
            await WriteAsync(".new", n);
            File.Move(Path.Combine(Watched, ".new"), Path.Combine(Watched, "image.fits"), overwrite: true);
            await Eventually.HoldsAsync(async () => (await Catalogue.Captures.NewestAsync(10, default)).Count == n, $"version {n}");
        }

        Assert.Equal(0, Assert.Single(await Catalogue.Intake.SourcesAsync(default)).Missed);
    }

    [Fact]
    public async Task Versions_that_are_renamed_over_one_another_faster_than_anybody_looks_are_counted_too()
    {
        await BegunAsync();
        const int versions = 200;
        for (var n = 1; n <= versions; n++)
            await WriteAsync($".{n}", n);
        for (var n = 1; n <= versions; n++)
            File.Move(Path.Combine(Watched, $".{n}"), Path.Combine(Watched, "image.fits"), overwrite: true);
        var taken = 0;
        await HoldsAsync(s => s.Missed + taken == versions && s.MissedExactly, "all of them",
            async () => taken = (await Catalogue.Captures.NewestAsync(versions, default)).Count);
        Assert.InRange(taken, 1, versions);
    }

    [Fact]
    public async Task A_header_without_its_image_and_a_text_that_grows_are_no_versions()
    {
        await BegunAsync();
        for (var n = 1; n <= 3; n++)
        {
            await File.WriteAllBytesAsync(Path.Combine(Watched, "half.fits"), (await FitsAsync(n))[..3000]);
            await File.AppendAllTextAsync(Path.Combine(Watched, "night.log"), $"line {n}\n");
            await SeenAsync();
        }

        await WriteAsync("whole.fits", 1);
        await SeenAsync();
        await WriteAsync("whole.fits", 2);
        await HoldsAsync(s => s.Missed == 1, "the one that was whole");
    }

    [Fact]
    public async Task Versions_of_what_is_left_out_are_nobodys_loss()
    {
        await BegunAsync();
        for (var n = 1; n <= 3; n++)
        {
            await WriteAsync("latest.fits", n);
            await SeenAsync();
        }

        File.Delete(Path.Combine(Watched, "latest.fits"));
        await SeenAsync();
        Assert.Equal(0, Assert.Single(await Catalogue.Intake.SourcesAsync(default)).Missed);
    }

    /// <summary>What was there is refused: what comes now comes under the eyes of the watch.</summary>
    private Task BegunAsync() => Eventually.HoldsAsync(
        async () => (await Catalogue.Intake.RefusalsAsync(10, default)).Count == 1, "the watch to begin");

    /// <summary>A file that comes after the others is decided about: so are they.</summary>
    private async Task SeenAsync()
    {
        await WriteAsync(".marker", ++_markers + 1000);
        File.Move(Path.Combine(Watched, ".marker"), Path.Combine(Watched, $"m{_markers}.fits"));
        await Eventually.HoldsAsync(async () => (await Catalogue.Captures.NewestAsync(100, default)).Count == _markers, "the marker");
    }

    private Task HoldsAsync(Predicate<SourceRecord> condition, string what, Func<Task>? first = null) => Eventually.HoldsAsync(async () =>
    {
        await (first?.Invoke() ?? Task.CompletedTask);
        return (await Catalogue.Intake.SourcesAsync(default)).SingleOrDefault() is { } source && condition(source);
    }, what);

    private async Task WriteAsync(string name, int version) =>
        await File.WriteAllBytesAsync(Path.Combine(Watched, name), await FitsAsync(version));

    private static async Task<byte[]> FitsAsync(int version)
    {
        var file = new MemoryStream();
        var writer = await FitsWriter.StartAsync(file, 16, 16, new FitsHeader().Add("VERSION", $"{version}"));
        await writer.WriteAsync(new ushort[16 * 16]);
        await writer.CompleteAsync();
        return file.ToArray();
    }
}
