namespace Wanda.Ops.Tests.Night;

/// <summary>
/// Law 10: which night it is goes by times that are believed, and frames of a clock that was not are of the night that they came in.
/// </summary>
public sealed class BelievedNightTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Three = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private readonly TestClock _clock = new(Three);
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.CreateAsync(time: _clock);

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task A_frame_of_a_clock_that_was_years_ahead_holds_no_night()
    {
        await SaveAsync(Three.AddDays(-3));
        await SaveAsync(Three.AddYears(3), believed: false);
        await SaveAsync(Three.AddHours(-1));
        await SaveAsync(Three);
        await SaveAsync(Three.AddYears(3), believed: false);
        // The first of those came before tonight's, and after the last night.
        Assert.StartsWith("4 frames tonight, none safe yet, 4 only here", await SaysAsync());
        Assert.Contains("; 1 of earlier nights only here too.", await SaysAsync());
    }

    [Fact]
    public async Task Frames_of_a_node_that_woke_up_in_the_past_are_tonights()
    {
        await SaveAsync(Three.AddHours(-2));
        await _node.Catalogue.Node.SawTimeAsync(Three.AddHours(-2), default);
        _clock.Now = Three.AddDays(-90);
        await SaveAsync(_clock.Now, believed: false);
        await SaveAsync(_clock.Now.AddSeconds(5), believed: false);
        Assert.StartsWith("3 frames tonight (by a clock that is not believed), none safe yet, 3 only here", await SaysAsync());
    }

    [Fact]
    public async Task Where_no_time_was_ever_believed_the_clock_is_all_there_is()
    {
        await SaveAsync(Three.AddDays(-3), believed: false);
        await SaveAsync(Three, believed: false);
        Assert.StartsWith("1 frame tonight, none safe yet, 1 only here", await SaysAsync());
    }

    private async Task SaveAsync(DateTimeOffset at, bool believed = true) => await _node.SaveAsync(at: at, believed: believed);

    private async Task<string> SaysAsync() => (await _node.Get<NightQuery>().ReadAsync(default)).Sentence;
}
