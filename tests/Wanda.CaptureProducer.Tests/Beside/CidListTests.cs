using System.Text;
using System.Text.Json;
using Wanda.CaptureProducer.Beside;
using Wanda.CaptureProducer.Originals;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Beside;

/// <summary>
/// <c>metadata: beside</c>: each run's folder has its CIDs, written with the archive, over nothing that is another's, and is no capture.
/// </summary>
public sealed class CidListTests : AdoptingNode
{
    private const string List = "M31/metadata.json", Temporary = "M31/.wanda-metadata.json";
    private static readonly DateTime Monday = new(2026, 3, 2, 22, 0, 0, DateTimeKind.Unspecified);

    private CaptureApp App => field ??= new CaptureApp(Watched);

    private protected override WandaOptions Configure(WandaOptions options)
    {
        options = base.Configure(options);
        return options with { Watch = [options.Watch[0] with { Preset = WatchPreset.WandaApp, QuietDoubtful = TimeSpan.Zero }] };
    }

    [Fact]
    public async Task A_runs_folder_has_its_CIDs_when_its_archive_is_made_and_nothing_else_of_ours()
    {
        App.Tell("M31", Monday, 0, "completed", directory: "/home/pi/captures/M31");
        App.Image("M31/image_0001.jpg", Monday.AddMinutes(1));
        App.Image("capture_0001.jpg", Monday.AddMinutes(2));
        await ImagesAsync(2);
        await WriteListsAsync();
        Assert.False(File.Exists(PathOf(List)), "there is no archive yet");

        await ArchiveAsync("bafyone");
        await WriteListsAsync();
        Assert.Equal(["M31/image_0001.jpg", List, "M31/session_metadata.json", "capture_0001.jpg"], Names());
        var text = await File.ReadAllTextAsync(PathOf(List));
        var number = (await FramesAsync(new("2026-03-02_M31"))).Single(c => c.FileName == "image_0001.jpg").Number;
        Assert.Equal(
            $$"""
            {
              "writtenBy": "wanda",
              "name": "M31",
              "session": "2026-03-02_M31",
              "cid": "bafyone",
              "images": [
                {
                  "number": {{number}},
                  "file": "image_0001.jpg",
                  "cid": "bafyimage_0001.jpg"
                }
              ]
            }

            """, text);
        if (OperatingSystem.IsLinux())
            Assert.True(File.GetUnixFileMode(PathOf(List)).HasFlag(UnixFileMode.OtherRead));

        // With the next archive, and not before.
        App.Image("M31/image_0002.jpg", Monday.AddMinutes(3));
        await ImagesAsync(3);
        await WriteListsAsync();
        Assert.Equal(text, await File.ReadAllTextAsync(PathOf(List)));
        await ArchiveAsync("bafytwo");
        await WriteListsAsync();
        Assert.Equal(["image_0001.jpg", "image_0002.jpg"], Listed());
    }

    [Fact]
    public async Task The_same_name_next_week_is_told_of_first_and_the_run_before_after_it()
    {
        App.Tell("M31", Monday, 0, "completed");
        App.Image("M31/image_0001.jpg", Monday.AddMinutes(1));
        await ImagesAsync(1);
        Time.Advance(TimeSpan.FromDays(7));
        App.Tell("M31", Monday.AddDays(7), 0, "completed");
        App.Image("M31/image_0001.jpg", Monday.AddDays(7).AddMinutes(1));
        await ImagesAsync(2);
        await ArchiveAsync("bafy");
        await WriteListsAsync();
        using var list = JsonDocument.Parse(await File.ReadAllBytesAsync(PathOf(List)));
        Assert.Equal("2026-03-09_M31", list.RootElement.GetProperty("session").GetString());
        Assert.Equal("2026-03-02_M31", list.RootElement.GetProperty("earlier")[0].GetProperty("session").GetString());
    }

    [Fact]
    public async Task It_is_no_capture_and_no_refusal_also_after_a_restart_and_another_word()
    {
        await OneRunAsync();
        await WriteListsAsync();
        await File.WriteAllTextAsync(PathOf(Temporary), "{"); // left by a crash
        await StopAsync();
        await StartAsync();
        await IdleAsync();
        await RestartAsync(options => options with { Watch = [options.Watch[0] with { Metadata = MetadataPlace.Own }] });
        await IdleAsync();
        App.Image("M31/image_0002.jpg", Monday.AddMinutes(3));
        await ImagesAsync(2);
        Assert.DoesNotContain(await Catalogue.Captures.NewestAsync(100, default), c => c.FileName.EndsWith("metadata.json",
            StringComparison.Ordinal) && c.FileName != "session_metadata.json");
        Assert.Equal(0, await Catalogue.Intake.CountRefusalsAsync(default));
        Assert.Equal(0, (await Catalogue.Intake.SourcesAsync(default)).Single().Missed);
    }

    [Theory]
    [InlineData("{\"name\":\"M31\"}")]
    [InlineData("")]
    [InlineData("{\n  \"writtenBy\": \"wanda\",\n  \"name\": \"M31\", \"mine\": 1 }")]
    [InlineData("changed")]
    public async Task What_is_not_ours_is_a_capture_like_any_other_stays_as_it_is_and_is_told(string text)
    {
        await OneRunAsync();
        if (text == "changed")
        {
            await WriteListsAsync();
            text = (await File.ReadAllTextAsync(PathOf(List))).Replace("bafyone", "bafyelse", StringComparison.Ordinal) + " ";
        }

        await File.WriteAllTextAsync(PathOf(List), text);
        await ArchiveAsync("bafytwo");
        await WriteListsAsync();
        Assert.Equal(text, await File.ReadAllTextAsync(PathOf(List)));
        Assert.Equal((CidListReason.Foreign, 1, "M31"), await TroubleAsync());
        await Eventually.HoldsAsync(async () => (await Catalogue.Captures.NewestAsync(100, default)).Any(c =>
            c is { FileName: "metadata.json", Kind: CaptureKind.Sidecar }), "it to be taken as what the program wrote");

        // Taken away, ours is written, and nothing is told any more.
        File.Move(PathOf(List), PathOf("M31/other.json"));
        await Eventually.HoldsAsync(async () =>
        {
            Time.Advance(TimeSpan.FromMinutes(11));
            await WriteListsAsync();
            return File.Exists(PathOf(List)) && await TroubleAsync() is null;
        }, "ours to be there");
    }

    [Theory]
    [InlineData("a link for the list")]
    [InlineData("a link for the folder")]
    [InlineData("a folder for the list")]
    [InlineData("a file for the folder")]
    public async Task No_link_is_followed_and_no_folder_made(string what)
    {
        await OneRunAsync();
        await StopAsync();
        var elsewhere = Directory.CreateTempSubdirectory("wanda-elsewhere-").FullName;
        switch (what)
        {
            case "a link for the list":
                File.CreateSymbolicLink(PathOf(List), Path.Combine(elsewhere, "metadata.json"));
                break;
            case "a folder for the list":
                Directory.CreateDirectory(PathOf(List));
                break;
            default:
                Directory.Move(PathOf("M31"), PathOf("other"));
                if (what == "a link for the folder")
                    Directory.CreateSymbolicLink(PathOf("M31"), elsewhere);
                else
                    await File.WriteAllTextAsync(PathOf("M31"), "x");
                break;
        }

        await StartAsync();
        await WriteListsAsync();
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere));
        Assert.DoesNotContain(Names(), n => n.Contains(".wanda", StringComparison.Ordinal));
        Directory.Delete(elsewhere);
    }

    [SkippableFact]
    public async Task Where_nothing_can_be_written_it_is_told_once_and_written_later()
    {
        await OneRunAsync();
        Skip.IfNot(Immutable.TrySet(PathOf("M31"), true), "only root makes a folder that takes nothing, and not on every file system");
        try
        {
            await WriteListsAsync();
            Assert.Equal((CidListReason.NotAllowed, 1, "M31"), await TroubleAsync());
        }
        finally
        {
            Immutable.TrySet(PathOf("M31"), false);
        }

        Time.Advance(TimeSpan.FromMinutes(11));
        await WriteListsAsync();
        Assert.Null(await TroubleAsync());
        Assert.Equal(["image_0001.jpg"], Listed());
    }

    /// <summary>Law 7: whatever a kill leaves there, the next round makes it right.</summary>
    [Theory]
    [InlineData("a part under the other name", false)]
    [InlineData("a part under the other name", true)]
    [InlineData("all under the other name", true)]
    [InlineData("a link under the other name", true)]
    public async Task What_a_crash_left_is_put_right(string what, bool isWritten)
    {
        await OneRunAsync();
        if (isWritten)
            await WriteListsAsync();
        await StopAsync();
        if (what == "a link under the other name")
            File.CreateSymbolicLink(PathOf(Temporary), PathOf("M31/image_0001.jpg"));
        else
            await File.WriteAllTextAsync(PathOf(Temporary), what.StartsWith("all", StringComparison.Ordinal) ? All() : "{");
        await StartAsync();
        await WriteListsAsync();
        Assert.Equal(["M31/image_0001.jpg", List, "M31/session_metadata.json"], Names());
        Assert.Equal(["image_0001.jpg"], Listed());
        Assert.StartsWith("image", Encoding.UTF8.GetString((await File.ReadAllBytesAsync(PathOf("M31/image_0001.jpg")))[3..]));
    }

    [Fact]
    public async Task A_folder_that_is_copied_is_touched_by_the_operators_word_alone()
    {
        await OneRunAsync();
        await RestartAsync(options => options with { Watch = [options.Watch[0] with { Take = WatchTake.Copy }] });
        Assert.Equal(MetadataPlace.Own, Options.Watch[0].MetadataAt);
        await RestartAsync(options => options with { Watch = [options.Watch[0] with { Metadata = MetadataPlace.Beside }] });
        await WriteListsAsync();
        Assert.Equal(["image_0001.jpg"], Listed());
    }

    private string All() => File.ReadAllText(PathOf(List));

    private async Task OneRunAsync()
    {
        App.Tell("M31", Monday, 1, "completed");
        App.Image("M31/image_0001.jpg", Monday.AddMinutes(1));
        await ImagesAsync(1);
        await ArchiveAsync("bafyone");
    }

    /// <summary>What the timer does, with what the catalogue knows now.</summary>
    private Task WriteListsAsync() => Get<CidListRound>().RunAsync(Get<WatchedFolders>().All[0], default);

    /// <summary>Workers give each frame its CID, and each run its archive.</summary>
    private async Task ArchiveAsync(string cid)
    {
        foreach (var frame in await Catalogue.Captures.NewestAsync(100, default))
            await Catalogue.Ledger.ApplyAsync(new Fact.Added(frame.Id, $"bafy{frame.FileName}", frame.SizeBytes), default);
        foreach (var session in (await Catalogue.Sessions.ListAsync(default)).Where(s => s.Folder is not null))
            await Catalogue.Ledger.ApplyAsync(new Fact.Archived(session.Name, cid, 100, 1, PublishedHeaders.Written([])), default);
    }

    private async Task ImagesAsync(int images)
    {
        await Eventually.HoldsAsync(async () => (await Catalogue.Captures.NewestAsync(100, default)).Count(
            c => c.Kind == CaptureKind.Frame) == images, $"{images} images to be taken");
        await IdleAsync();
    }

    private async Task<(CidListReason, int, string)?> TroubleAsync() =>
        (await Catalogue.Node.CidListTroublesAsync(default)).GetValueOrDefault("pi")?.Single() is { } trouble
            ? (trouble.Reason, trouble.Folders, trouble.Folder) : null;

    private string[] Listed() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(PathOf(List))).RootElement.GetProperty("images").EnumerateArray()
            .Select(i => i.GetProperty("file").GetString()!)];
}
