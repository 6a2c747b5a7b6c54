using System.Text.Json.Nodes;
using Wanda.Hosting;
using Wanda.Ops.Tests.Cli;

namespace Wanda.Ops.Tests.App;

/// <summary>A person has the app take pictures: settings first, bounded in time, and what the app does not say is no failure.</summary>
public sealed class AppTriggerTests : IAsyncLifetime
{
    private static readonly AppSettings AsItIs = new(null, null);
    private StandInApp _app = null!;
    private AppTrigger _trigger = null!;

    public async Task InitializeAsync()
    {
        _app = await StandInApp.StartAsync();
        _trigger = Trigger(_app.Address);
    }

    public async Task DisposeAsync()
    {
        _trigger.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_picture_is_taken_with_its_settings_set_first()
    {
        var came = await _trigger.CaptureAsync(new(TimeSpan.FromSeconds(2.5), 800), default);
        Assert.True(came.Answered);
        Assert.Equal("The app took a picture. It is taken from its folder like all others.", came.Words);
        Assert.Equal(["/api/camera/settings", "/api/camera/capture"], _app.Requests.Select(r => r.Target));
        Assert.True(JsonNode.DeepEquals(
            new JsonObject { ["exposure_seconds"] = 2.5, ["iso"] = 800 }, JsonNode.Parse(_app.Requests.First().Body)));
        await _trigger.CaptureAsync(AsItIs, default);
        Assert.Equal(3, _app.Requests.Count);
    }

    [Fact]
    public async Task A_session_is_started_by_its_name_count_and_interval()
    {
        var came = await _trigger.StartSessionAsync(new(" M31/Ha ", 20, TimeSpan.FromSeconds(90), Tracking: true), AsItIs, default);
        Assert.Equal("The app takes 20 pictures of M31/Ha. They come by its folder.", came.Words);
        var asked = Assert.Single(_app.Requests);
        Assert.Equal(("POST", "/api/session/start"), (asked.Method, asked.Target));
        Assert.True(JsonNode.DeepEquals(new JsonObject
        {
            ["name"] = "M31/Ha",
            ["total_images"] = 20,
            ["use_current_settings"] = true,
            ["enable_tracking"] = true,
            ["total_time_hours"] = 0.5,
        }, JsonNode.Parse(asked.Body)));
        Assert.True((await _trigger.StopSessionAsync(default)).Answered);
    }

    /// <summary>From a minute of exposure on the app answers with an error without a text, and the file comes all the same.</summary>
    [Fact]
    public async Task An_error_without_a_text_is_no_failure()
    {
        _app.FailsToCapture = true;
        var came = await _trigger.CaptureAsync(AsItIs, default);
        Assert.False(came.Answered);
        Assert.Equal("The app did not answer; the frame comes by its folder, when its exposure is over.", came.Words);
    }

    [Fact]
    public async Task One_that_an_exposure_keeps_from_answering_is_waited_for_no_longer_than_that()
    {
        var time = new JumpingTime();
        using var trigger = Trigger(_app.Address, time: time);
        _app.Expose();
        var capture = trigger.CaptureAsync(AsItIs, default);
        await Eventually.HoldsAsync(() => Task.FromResult(_app.Requests.Count == 1), "it to be asked");
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.False(capture.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.False((await capture).Answered);

        var session = trigger.StartSessionAsync(new("M31", 1, null, false), new(TimeSpan.FromSeconds(1), null), default);
        await Eventually.HoldsAsync(() => Task.FromResult(_app.Requests.Count == 2), "it to be asked");
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Contains("nothing was started", (await Assert.ThrowsAsync<OpsException>(() => session)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc")]
    [InlineData("M31/../..")]
    [InlineData("M31//Ha")]
    [InlineData("M\u000731")]
    public async Task A_name_that_leads_elsewhere_is_none(string name)
    {
        await Assert.ThrowsAsync<OpsException>(() => _trigger.StartSessionAsync(new(name, 1, null, false), AsItIs, default));
        Assert.Empty(_app.Requests);
    }

    [Fact]
    public async Task Who_is_not_there_and_who_is_no_app_is_told_with_what_to_do()
    {
        using var nobody = Trigger("http://127.0.0.1:9");
        Assert.Contains("cannot be reached", (await Assert.ThrowsAsync<OpsException>(() => nobody.CaptureAsync(AsItIs, default))).Message);
        Assert.Contains("\"ops\": { \"app\":", Assert.Throws<OpsException>(() => Trigger(null)).Message);
        using var unwatched = Trigger(_app.Address, []);
        Assert.Contains("No folder is watched here", (await unwatched.CaptureAsync(AsItIs, default)).Words);
    }

    [Fact]
    public async Task The_command_says_what_came_of_it()
    {
        var folder = Directory.CreateTempSubdirectory("wanda-trigger-");
        try
        {
            var config = Path.Combine(folder.FullName, "wanda.json");
            await File.WriteAllTextAsync(config, $$"""
                { "data": "{{folder.FullName}}/data", "ops": { "app": "{{_app.Address}}" },
                  "watch": [{ "path": "{{_app.Folder}}", "preset": "wanda-app" }] }
                """);
            var (code, output, error) = await WandaCommand.RunHereAsync(
                "app", "capture", "--exposure", "2", "--iso", "400", "--config", config);
            Assert.Equal((0, ""), (code, error));
            Assert.StartsWith("The app took a picture.", output);
            (code, output, error) = await WandaCommand.RunHereAsync(
                "app", "session", "M31", "--count", "3", "--interval", "00:01:00", "--config", config, "--json");
            Assert.Equal((0, ""), (code, error));
            Assert.True((bool)JsonNode.Parse(output)!["answered"]!);
            Assert.Equal(0, (await WandaCommand.RunHereAsync("app", "stop", "--config", config)).Code);
            (code, _, error) = await WandaCommand.RunHereAsync("app", "session", "M31", "--count", "0", "--config", config);
            Assert.Equal(2, code);
            Assert.Contains("--count", error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static AppTrigger Trigger(string? app, IReadOnlyList<WatchOptions>? watch = null, TimeProvider? time = null) => new(
        new WandaOptions { Data = "d", Ops = new() { App = app }, Watch = watch ?? [new WatchOptions { Path = "/captures" }] },
        time ?? TimeProvider.System);
}
