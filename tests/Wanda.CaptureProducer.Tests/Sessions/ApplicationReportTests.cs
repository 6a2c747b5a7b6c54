using System.Text;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Sessions;

/// <summary>What a capture program says of a run: read as hostile, kept once, and evidence of nothing.</summary>
public sealed class ApplicationReportTests : ProducerNode
{
    private static readonly DateTime Start = new(2026, 3, 2, 22, 0, 0, DateTimeKind.Unspecified);
    private static readonly SessionName Run = new("2026-03-02_M31");

    private CaptureApp App => field ??= new CaptureApp(Watched);

    private protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Watch =
        [
            new WatchOptions
            {
                Path = Watched,
                Name = "pi",
                Session = SessionBy.Folder,
                Quiet = TimeSpan.Zero,
                QuietDoubtful = TimeSpan.Zero,
            },
        ],
    };

    [Fact]
    public async Task It_is_kept_once_when_the_run_is_over_though_it_is_written_after_every_image()
    {
        App.Tell("M31", Start, 0);
        for (var image = 1; image <= 8; image++)
        {
            App.Image($"M31/image_{image:0000}.jpg", Start.AddMinutes(image));
            App.TellAgain("M31", Start, image);
            await HoldsAsync(async () => (await FramesAsync(Run)).Count == image && (await ReportAsync())?.ImagesCaptured == image);
        }

        Assert.DoesNotContain(await FramesAsync(Run), c => c.Kind == CaptureKind.Sidecar);
        App.TellAgain("M31", Start, 8, "completed");
        await HoldsAsync(async () => (await FramesAsync(Run)).Count == 9);
        Assert.Equal("session_metadata.json", (await FramesAsync(Run)).Single(c => c.Kind == CaptureKind.Sidecar).FileName);
        Assert.Equal(
            new ApplicationReport
            {
                Name = "M31",
                TotalImages = 20,
                ImagesCaptured = 8,
                Status = "completed",
                StartTime = new DateTimeOffset(Start, Time.LocalTimeZone.GetUtcOffset(Start)).ToUniversalTime(),
                UseCurrentSettings = true,
                EnableTracking = false,
                TotalTimeHours = 0.5,
            },
            await ReportAsync());
    }

    /// <summary>A crash leaves "running" behind, and the last images were counted and never written.</summary>
    [Fact]
    public async Task One_that_says_running_for_ever_is_kept_when_it_has_rested_long()
    {
        App.Tell("M31", Start, 20);
        App.Image("M31/image_0001.jpg", Start.AddMinutes(1));
        await HoldsAsync(async () => (await FramesAsync(Run)).Count == 1 && (await ReportAsync())?.ImagesCaptured == 20);
        await HoldsAsync(async () =>
        {
            Time.Advance(TimeSpan.FromMinutes(5));
            return (await FramesAsync(Run)).Count == 2;
        });
        Assert.Equal((20, "running"), (await ReportAsync())! is var r ? (r.ImagesCaptured!.Value, r.Status) : default);
    }

    [Theory]
    [InlineData("this is no JSON")]
    [InlineData("")]
    [InlineData("""["name"]""")]
    [InlineData("""{"name":"\ud800","start_time":"2026-03-02T22:00:00"}""")]
    [InlineData("""{"start_time":{"a":[{"b":[{"c":[{"d":[{"e":1}]}]}]}]}}""")]
    [InlineData("huge")]
    public async Task One_that_is_no_such_file_stops_nothing_and_is_held_back_from_others(string text)
    {
        App.TellText("M31", text == "huge" ? $$"""{"name":"{{new string('x', 100_000)}}"}""" : text, Start);
        App.Image("M31/image_0001.jpg", Start.AddMinutes(1));
        await HoldsAsync(async () => (await FramesAsync(Run)).Count == 2);
        var run = (await Catalogue.Sessions.FindAsync(Run, default))!;
        Assert.Equal(("M31", null, null), (run.Label, run.RunAt, run.Application?.Name));
        var file = (await FramesAsync(Run)).Single(c => c.Kind == CaptureKind.Sidecar);
        Assert.True(PublishedHeaders.HoldsBack(file, []));
        Assert.False(PublishedHeaders.HoldsBack(file, [PrivateFact.Paths]));
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("1970-01-01T00:00:00")]
    [InlineData("9999-12-31T23:59:59.999999")]
    [InlineData("2099-01-01T00:00:00")]
    [InlineData("2026-03-02")]
    public async Task A_start_that_cannot_be_leaves_a_run_to_its_night(string start)
    {
        App.TellText("M31", $$"""{"name":"M31","start_time":"{{start}}","images_captured":3,"status":"completed"}""", Start);
        App.Image("M31/image_0001.jpg", Start.AddMinutes(1));
        await HoldsAsync(async () => (await FramesAsync(Run)).Count == 2);
        var run = (await Catalogue.Sessions.FindAsync(Run, default))!;
        Assert.Null(run.RunAt);
        Assert.Equal(3, run.Application!.ImagesCaptured);
        Assert.Equal(1, (await Catalogue.Sessions.ListAsync(default)).Count(s => s.Folder is not null));
    }

    [Fact]
    public async Task What_has_another_type_or_cannot_be_is_left_out()
    {
        App.TellText("M31", """
            {"name":["a"],"total_images":"20","images_captured":-5,"status":7,"use_current_settings":"yes","enable_tracking":null,
             "total_time_hours":1e999,"mount_tracking_stopped":true,"start_time":"2026-03-02T22:00:00","future_key":"x"}
            """, Start);
        App.Image("M31/image_0001.jpg", Start.AddMinutes(1));
        await HoldsAsync(async () => (await FramesAsync(Run)).Count == 2);
        var report = (await ReportAsync())!;
        Assert.Equal(new ApplicationReport { MountTrackingStopped = true, StartTime = report.StartTime }, report);
    }

    [Theory]
    [InlineData("captures/M31", false)]
    [InlineData("/srv/astro1/captures/M31", true)]
    public async Task A_path_of_the_machine_stays_here(string directory, bool isHeld)
    {
        App.Tell("M31", Start, 1, "completed", directory);
        App.Image("M31/image_0001.jpg", Start.AddMinutes(1));
        await HoldsAsync(async () => (await FramesAsync(Run)).Count == 2);
        var captures = await FramesAsync(Run);
        var file = captures.Single(c => c.Kind == CaptureKind.Sidecar);
        Assert.Equal(isHeld, PublishedHeaders.HoldsBack(file, []));

        var metadata = SessionMetadata.Of((await Catalogue.Sessions.FindAsync(Run, default))!, captures);
        var text = Encoding.UTF8.GetString(metadata.ToBytes());
        Assert.DoesNotContain("astro1", text, StringComparison.Ordinal);
        Assert.Equal(isHeld ? null : file.Sha256, Assert.Single(metadata.Others!).Sha256);
        Assert.Contains("\"application\": {", text, StringComparison.Ordinal);
        Assert.Contains("\"imagesCaptured\": 1", text, StringComparison.Ordinal);
        Assert.Contains("\"label\": \"M31\"", text, StringComparison.Ordinal);
    }

    private async Task<ApplicationReport?> ReportAsync() => (await Catalogue.Sessions.FindAsync(Run, default))?.Application;

    private Task HoldsAsync(Func<Task<bool>> condition) => Eventually.HoldsAsync(condition, "what is awaited", async () =>
        string.Join(", ", (await Catalogue.Captures.NewestAsync(100, default)).Select(c => $"{c.Session}/{c.FileName}"))
            + $" {await ReportAsync()}");
}
