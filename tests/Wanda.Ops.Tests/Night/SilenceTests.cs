using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>Nothing taken in the hours that the operator gave is capture that has stopped, though every source says that it runs.</summary>
public sealed class SilenceTests
{
    private static readonly DateTimeOffset Three = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private readonly TestClock _clock = new(Three);

    [Theory]
    [InlineData(null, 600, null)] // nothing is expected
    [InlineData("21:00-06:00", 14, null)]
    [InlineData("21:00-06:00", 15, "02:45")]
    [InlineData("21:00-06:00", 600, "21:00")] // since the hours began
    [InlineData("02:50-06:00", 600, null)] // they have only just begun
    [InlineData("04:00-06:00", 600, null)]
    [InlineData("21:00-03:00", 600, null)] // they are over
    public async Task It_is_said_since_when(string? hours, int minutes, string? since)
    {
        await using var node = await TestNode.CreateAsync(
            o => o with { Expect = new() { Hours = hours is null ? null : UploadWindow.Parse(hours) } }, _clock);
        var frame = await node.SaveAsync(at: Three.AddMinutes(-minutes));
        await node.AddCidAsync(frame);
        await node.ProveAsync(frame, at: _clock.Now);
        var night = await node.Get<NightQuery>().ReadAsync(default);
        Assert.Equal(since is null ? Severity.Calm : Severity.CaptureStopped, night.Severity);
        if (since is null)
            return;
        Assert.StartsWith($"Capture has stopped since {since}: no frame came. 1 frame", night.Sentence);
        Assert.StartsWith("No frame comes, and some are expected from 21:00 to 06:00 (expect.hours).",
            Assert.Single(night.Notices).Text);
    }

    [Fact]
    public async Task Before_the_first_frame_and_after_one_from_the_future_it_counts_from_the_hours_first_minute()
    {
        await using var node = await TestNode.CreateAsync(
            o => o with { Expect = new() { Hours = UploadWindow.Parse("22:00-06:00"), Within = TimeSpan.FromHours(2) } }, _clock);
        Assert.StartsWith("Capture has stopped since 22:00: no frame came.", (await node.Get<NightQuery>().ReadAsync(default)).Sentence);
        await node.SaveAsync(at: Three.AddYears(1));
        Assert.StartsWith("Capture has stopped since 22:00: no frame came.", (await node.Get<NightQuery>().ReadAsync(default)).Sentence);
    }

    [Fact]
    public async Task A_clock_that_is_not_believed_calls_nothing_late()
    {
        await using var node = await TestNode.CreateAsync(
            o => o with { Expect = new() { Hours = UploadWindow.Parse("22:00-06:00") } }, _clock);
        await node.Catalogue.Node.SawTimeAsync(Three.AddDays(1), default);
        Assert.Equal(Severity.NeedsYou, (await node.Get<NightQuery>().ReadAsync(default)).Severity);
    }
}
