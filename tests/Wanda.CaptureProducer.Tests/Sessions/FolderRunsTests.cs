using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Sessions;

/// <summary>A watched folder in which each run of a capture program is a session, called as its user called it.</summary>
public sealed class FolderRunsTests : ProducerNode
{
    private static readonly DateTime Monday = new(2026, 3, 2, 22, 0, 0, DateTimeKind.Unspecified);

    private CaptureApp App => field ??= new CaptureApp(Watched);

    private protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Watch =
        [
            new WatchOptions
            {
                Path = Watched,
                Name = "pi",
                Preset = WatchPreset.All.Single(p => p.Name == "wanda-app"),
                Quiet = TimeSpan.Zero,
                QuietDoubtful = TimeSpan.Zero,
            },
        ],
    };

    [Fact]
    public async Task The_same_name_next_week_is_another_session_and_its_images_keep_their_names()
    {
        App.Tell("M31", Monday, 0);
        App.Image("M31/image_0001.jpg", Monday.AddMinutes(1));
        App.Image("M31/image_0002.jpg", Monday.AddMinutes(2));
        await TakenAsync(2);
        App.Tell("M31", Monday.AddDays(7), 0);
        App.Image("M31/image_0001.jpg", Monday.AddDays(7).AddMinutes(1));
        await TakenAsync(3);

        var runs = await RunsAsync();
        Assert.Equal(["2026-03-02_M31", "2026-03-09_M31"], runs.Select(r => r.Name.Value));
        Assert.All(runs, r => Assert.Equal("M31", r.Label));
        Assert.Equal(["image_0001.jpg", "image_0002.jpg"], Files(runs[0].Name));
        Assert.Equal(["image_0001.jpg"], Files(runs[1].Name));
    }

    [Fact]
    public async Task Twice_in_one_night_is_two_runs_and_what_the_second_did_not_overwrite_is_of_the_first()
    {
        App.Tell("M31", Monday, 0);
        App.Image("M31/image_0001.jpg", Monday.AddMinutes(1));
        await TakenAsync(1);
        App.Tell("M31", Monday.AddHours(1), 0);
        App.Image("M31/image_0001.jpg", Monday.AddHours(1).AddMinutes(1));
        App.Image("M31/image_0002.jpg", Monday.AddMinutes(2)); // of the first, and seen late
        await TakenAsync(3);
        Assert.Equal(["image_0001.jpg", "image_0002.jpg"], Files(new("2026-03-02_M31")));
        Assert.Equal(["image_0001.jpg"], Files(new("2026-03-02_M31-2")));

        // Overwritten in one run it is another version.
        App.Image("M31/image_0001.jpg", Monday.AddHours(1).AddMinutes(5));
        await TakenAsync(4);
        Assert.Equal(["image_0001.jpg", "image_0001~2.jpg"], Files(new("2026-03-02_M31-2")));
    }

    /// <summary>Its file tells of the newest run only.</summary>
    [Fact]
    public async Task Of_a_backlog_what_was_written_before_the_start_goes_by_its_own_nights()
    {
        await StopAsync();
        App.Image("M31/image_0003.jpg", Monday.AddMinutes(3));
        App.Image("M31/image_0002.jpg", Monday.AddDays(7).AddMinutes(3));
        App.Tell("M31", Monday.AddDays(14), 1);
        App.Image("M31/image_0001.jpg", Monday.AddDays(14).AddMinutes(3));
        await StartAsync();
        await TakenAsync(3);
        Assert.Equal(["2026-03-02_M31", "2026-03-09_M31", "2026-03-16_M31"], (await RunsAsync()).Select(r => r.Name.Value));
        Assert.Equal(["image_0001.jpg"], Files(new("2026-03-16_M31")));
    }

    [Fact]
    public async Task An_image_that_came_before_its_run_was_told_of_is_of_that_run()
    {
        App.Image("M31/image_0001.jpg", Monday.AddMinutes(1));
        await TakenAsync(1);
        App.Tell("M31", Monday, 1);
        App.Image("M31/image_0002.jpg", Monday.AddMinutes(2));
        await TakenAsync(2);
        Assert.Equal(2, (await FramesAsync(Assert.Single(await RunsAsync()).Name)).Count);
    }

    [Theory]
    [InlineData("M31/Ha", "2026-03-02_M31_Ha")]
    [InlineData(" Vía  Láctea ", "2026-03-02_V_a_L_ctea")]
    [InlineData("🌌", "2026-03-02_session")]
    [InlineData("..hidden..", null)]
    [InlineData("home/pi/captures", "2026-03-02_home_pi_captures")]
    [InlineData("con", "2026-03-02_con")]
    public async Task A_session_is_called_as_its_user_called_it_and_its_name_is_ours(string folder, string? name)
    {
        App.Tell(folder, Monday, 0);
        App.Image($"{folder}/image_0001.jpg", Monday.AddMinutes(1));
        App.Image("last.jpg", Monday.AddMinutes(2));
        await TakenAsync(name is null ? 1 : 2);
        var run = (await RunsAsync()).SingleOrDefault();
        Assert.Equal(name, run?.Name.Value);
        if (name is not null)
            Assert.Equal(folder, run!.Label);
    }

    [Fact]
    public async Task Long_names_and_bytes_that_are_no_text_have_sessions_as_well()
    {
        var letters = new string('N', 150);
        App.Image($"{letters}/image_0001.jpg", Monday);
        var apart = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Watched)!, "apart")).FullName;
        new CaptureApp(Path.Combine(apart, "m")).Image("image_0001.jpg", Monday);
        RawFiles.Rename(Path.GetDirectoryName(Watched)!, "apart/m"u8, [.. "watched/M"u8, 0xe9]);
        await TakenAsync(2);
        var labels = (await RunsAsync()).ToDictionary(r => r.Label, r => r.Name.Value);
        Assert.Equal($"2026-03-02_{letters[..60]}", labels[letters]);
        Assert.Equal("M\\xe9", Assert.Single(labels.Keys, l => l != letters));
        RawFiles.Rename(Path.GetDirectoryName(Watched)!, [.. "watched/M"u8, 0xe9], "apart/m"u8); // or .NET cannot delete it
    }

    [Fact]
    public async Task Two_names_that_are_one_to_a_disk_are_two_sessions()
    {
        foreach (var folder in (string[])["M31 Ha", "M31/Ha", "m31_ha"])
        {
            App.Tell(folder, Monday, 0);
            App.Image($"{folder}/image_0001.jpg", Monday.AddMinutes(1));
        }

        await TakenAsync(3);
        var runs = await RunsAsync();
        Assert.Equal(["M31 Ha", "M31/Ha", "m31_ha"], runs.Select(r => r.Label).Order(StringComparer.Ordinal));
        Assert.Equal(3, runs.Select(r => r.Name.Value.ToLowerInvariant()).Distinct().Count());
        Assert.All(runs, r => Assert.Equal(["image_0001.jpg"], Files(r.Name)));
    }

    [Fact]
    public async Task Singles_go_by_night_and_a_number_that_comes_again_is_another_image()
    {
        var night = new SessionName("2026-03-02-pi");
        App.Image("capture_0001.jpg", Monday);
        App.Image("capture_10000.jpg", Monday);
        await TakenAsync(2);
        File.Delete(Path.Combine(Watched, "capture_0001.jpg"));
        App.Image("capture_0001.jpg", Monday.AddMinutes(5));
        await TakenAsync(3);
        for (var version = 2; version <= 4; version++)
        {
            App.Image("capture_10000.jpg", Monday.AddMinutes(version));
            await TakenAsync(2 + version);
        }

        await TakenAsync(6);
        Assert.Equal(6, (await FramesAsync(night)).Count);
        Assert.Equal(["capture_10000.jpg", "capture_10000~2.jpg", "capture_10000~3.jpg", "capture_10000~4.jpg"],
            Files(night).Where(f => f.Contains("10000", StringComparison.Ordinal)));
        Assert.Empty(await RunsAsync());
    }

    [Fact]
    public async Task The_form_for_the_next_session_is_left_out_and_counted()
    {
        await File.WriteAllTextAsync(Path.Combine(Watched, "session_config.json"), """{"name":"M31"}""");
        App.Image("capture_0001.jpg", Monday);
        await TakenAsync(1);
        await Eventually.HoldsAsync(async () => (await Catalogue.Intake.RefusalsAsync(10, default)).Any(
            r => r is { Code: RefusalCode.Excluded } && r.Path.ToString() == "session_config.json"), "the form to be counted");
        Assert.Single(await Catalogue.Captures.NewestAsync(10, default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_goes_on_after_a_restart_and_after_the_catalogue_was_lost(bool isLost)
    {
        App.Tell("M31", Monday.AddDays(-7), 0, "completed");
        App.Image("M31/image_0001.jpg", Monday.AddDays(-7).AddMinutes(1));
        await TakenAsync(1, sidecars: 1);
        App.Tell("M31", Monday, 0);
        App.Image("M31/image_0001.jpg", Monday.AddMinutes(1));
        await TakenAsync(2, sidecars: 1);
        var before = await RunsAsync();
        await StopAsync();
        foreach (var file in isLost ? Directory.GetFiles(Options.Data, "catalogue.db*") : [])
            File.Delete(file);
        await StartAsync();
        App.Image("M31/image_0002.jpg", Monday.AddMinutes(2));
        App.Tell("M31", Monday, 2);
        await TakenAsync(3, sidecars: 1);
        var after = await RunsAsync();
        Assert.Equal(before.Select(Identity), after.Select(Identity));
        Assert.Equal(2, (await FramesAsync(after[1].Name)).Count);
        Assert.Equal("completed", after[0].Application!.Status);

        static object Identity(SessionRecord run) => (run.Name, run.Label, run.Source, run.RunNight, run.RunAt);
    }

    /// <summary>A power cut while the file was written over itself.</summary>
    [Fact]
    public async Task A_run_whose_file_was_torn_goes_on()
    {
        App.Tell("M31", Monday, 0);
        App.Image("M31/image_0001.jpg", Monday.AddMinutes(1));
        await TakenAsync(1);
        App.TellText("M31", """{"name": "M31", "start_ti""", Monday.AddMinutes(1));
        App.Image("M31/image_0002.jpg", Monday.AddMinutes(2));
        await TakenAsync(2);
        Assert.Equal(2, (await FramesAsync(Assert.Single(await RunsAsync()).Name)).Count(c => c.Kind == CaptureKind.Frame));
    }

    [Fact]
    public async Task Folders_of_a_program_that_tells_nothing_are_a_session_a_night()
    {
        App.Image("flats/a.jpg", Monday);
        App.Image("flats/b.jpg", Monday.AddHours(10));
        App.Image("flats/c.jpg", Monday.AddHours(24));
        await TakenAsync(3);
        Assert.Equal([("2026-03-02_flats", 2), ("2026-03-03_flats", 1)],
            (await RunsAsync()).Select(r => (r.Name.Value, FramesAsync(r.Name).Result.Count)));
    }

    private async Task<IReadOnlyList<SessionRecord>> RunsAsync() =>
        [.. (await Catalogue.Sessions.ListAsync(default)).Where(s => s.Folder is not null).OrderBy(s => s.Name)];

    private Task TakenAsync(int images, int sidecars = 0) => Eventually.HoldsAsync(async () =>
    {
        var all = await Catalogue.Captures.NewestAsync(100, default);
        return all.Count(c => c.Kind == CaptureKind.Frame) == images && all.Count(c => c.Kind == CaptureKind.Sidecar) >= sidecars;
    }, $"{images} images", async () => string.Join(", ",
        (await Catalogue.Captures.NewestAsync(100, default)).Select(c => $"{c.Session}/{c.FileName}")));
}
