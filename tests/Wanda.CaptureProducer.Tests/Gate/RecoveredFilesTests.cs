using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Gate;

/// <summary>
/// Law 1 across a crash between a copy's last name and its row: the copy is a capture, and it is the one of the file that it was made of.
/// </summary>
public sealed class RecoveredFilesTests : ProducerNode
{
    private static readonly byte[] Png = Convert.FromHexString("89504e470d0a1a0a0000000049454e44ae426082");
    private static readonly DateTime Written = new(2026, 3, 11, 22, 0, 0, DateTimeKind.Utc);
    private static readonly SessionName Night = new("2026-03-11-dome");

    private protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Watch = [new WatchOptions { Path = Watched, Name = "dome", Quiet = TimeSpan.Zero, QuietDoubtful = TimeSpan.Zero }],
    };

    [Theory]
    [InlineData("M 31\\Ha_0001.png", "M 31_Ha_0001.png", CaptureKind.Frame)]
    [InlineData("café.json", "caf_.json", CaptureKind.Sidecar)]
    [InlineData("fireball:1.mp4", "fireball_1.mp4", CaptureKind.Video)]
    public async Task A_copy_without_its_row_gets_the_name_the_folder_and_the_kind_of_its_file(string name, string stored, CaptureKind kind)
    {
        byte[] content = kind switch
        {
            CaptureKind.Frame => Png,
            CaptureKind.Video => [0, 0, 0, 24, .. "ftypisom"u8],
            _ => [.. "{}"u8],
        };
        await StopAndLeaveAsync(stored, content);
        Directory.CreateDirectory(Path.Combine(Watched, "L"));
        await File.WriteAllBytesAsync(Path.Combine(Watched, "L", name), content);
        File.SetLastWriteTimeUtc(Path.Combine(Watched, "L", name), Written);
        await StartAsync();
        await Eventually.HoldsAsync(async () => (await AllAsync()) is [{ Source: "dome" }], "the copy's file");

        var capture = Assert.Single(await AllAsync());
        Assert.Equal((RawName.FromText(name), RawName.FromText("L"), kind), (capture.OriginalName, capture.Folder, capture.Kind));
        Assert.Equal(($"{RawName.FromText(name)}", $"{Night}/{stored}"), (capture.FileName, capture.Path));
        Assert.Equal([stored], Files(Night));
        Assert.Single(Directory.GetDirectories(Root.Path));

        // The journal tells it too.
        await StopAsync();
        foreach (var file in Directory.GetFiles(Options.Data, "catalogue.db*"))
            File.Delete(file);
        await StartAsync();
        await CatalogueRebuild.FromJournalsAsync(Catalogue, Root, default);
        Assert.Equal(capture with { Number = 1 }, Assert.Single(await AllAsync()));
    }

    [Fact]
    public async Task A_copy_whose_file_is_gone_is_of_its_own_kind_and_is_the_copy_of_one_file_only()
    {
        await StopAndLeaveAsync("night.log", [.. "dark\n"u8]);
        await StartAsync();
        await Eventually.HoldsAsync(async () => (await AllAsync()).Count == 1, "the copy");
        Assert.Equal((CaptureKind.Sidecar, CaptureRecord.Recovered), (await AllAsync()).Select(c => (c.Kind, c.Source)).Single());

        // The first that has its bytes is its file; overwritten, it is nobody's again.
        await WriteAsync("a.log", "dark\n"u8.ToArray());
        await Eventually.HoldsAsync(async () => (await AllAsync()) is [{ Source: "dome" }], "the copy's file");
        await WriteAsync("a.log", "dawn\n"u8.ToArray());
        await Eventually.HoldsAsync(async () => (await AllAsync()).Count == 2, "the other bytes");
        await WriteAsync("b.log", "dark\n"u8.ToArray());
        await Eventually.HoldsAsync(async () => (await AllAsync()).Count == 3, "a file of its own");
    }

    private async Task StopAndLeaveAsync(string stored, byte[] content)
    {
        var path = Path.Combine(Root.FolderOf(Night), stored);
        await StopAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, Written);
    }

    /// <summary>Whole at once: without a time of rest half a file would be a version.</summary>
    private async Task WriteAsync(string name, byte[] content)
    {
        var whole = Path.Combine(Options.Data, "whole");
        await File.WriteAllBytesAsync(whole, content);
        File.Move(whole, Path.Combine(Watched, name), overwrite: true);
    }

    private Task<IReadOnlyList<CaptureRecord>> AllAsync() => Catalogue.Captures.NewestAsync(100, default);
}
