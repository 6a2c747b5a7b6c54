using Wanda.Notify.Tests.Support;

namespace Wanda.Notify.Tests;

/// <summary>What every channel does: time, tries, waits.</summary>
public class NotificationChannelTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task What_may_get_through_later_is_tried_again_after_ever_longer_waits()
    {
        using var channel = new Scripted(_time, new SendingOptions { Tries = 4 }, n => n < 4 ? Scripted.Refusal(isTransient: true) : null);
        var sent = channel.SendAsync(Told.Warning);

        foreach (int seconds in (int[])[2, 4, 8])
        {
            await _time.WhenAwaitedAsync();
            int tried = channel.Tried;
            Assert.Equal(0, _time.Advance(TimeSpan.FromSeconds(seconds - 1)));
            Assert.Equal(1, _time.Advance(TimeSpan.FromSeconds(1)));
            await Eventually.HoldsAsync(() => channel.Tried == tried + 1, "another try");
        }

        Assert.Equal("taken", await sent);
    }

    [Fact]
    public async Task What_cannot_get_through_is_tried_once()
    {
        using var channel = new Scripted(_time, new(), _ => Scripted.Refusal(isTransient: false));

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.Equal(1, channel.Tried);
        Assert.Equal("scripted: no", refused.Message);
    }

    [Fact]
    public async Task It_ends_after_its_tries()
    {
        using var channel = new Scripted(_time, new SendingOptions { FirstWait = TimeSpan.Zero }, _ => Scripted.Refusal(isTransient: true));

        await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.Equal(3, channel.Tried);
    }

    [Fact]
    public async Task Whoever_wants_a_wait_gets_it_and_who_wants_too_long_a_one_is_not_waited_for()
    {
        using var channel = new Scripted(_time, new(), n => Scripted.Refusal(isTransient: true, n == 1 ? 50 : 3600));
        var sent = channel.SendAsync(Told.Warning);

        Assert.Equal(0, _time.Advance(TimeSpan.FromSeconds(49)));
        Assert.Equal(1, _time.Advance(TimeSpan.FromSeconds(1)));

        var refused = await Assert.ThrowsAsync<NotificationException>(() => sent);
        Assert.Equal((2, TimeSpan.FromHours(1)), (channel.Tried, refused.RetryAfter));
    }

    [Fact]
    public async Task A_try_that_hangs_is_cut_off()
    {
        using var channel = new Scripted(_time, Told.Once, _ => null) { Hangs = true };
        var sent = channel.SendAsync(Told.Warning);

        Assert.Equal(0, _time.Advance(TimeSpan.FromSeconds(29)));
        Assert.Equal(1, _time.Advance(TimeSpan.FromSeconds(1)));

        var refused = await Assert.ThrowsAsync<NotificationException>(() => sent);
        Assert.Equal(("scripted: there was no answer within 30 s.", true), (refused.Message, refused.IsTransient));
    }

    [Fact]
    public async Task Who_stops_it_is_not_told_that_it_failed()
    {
        using var stop = new CancellationTokenSource();
        using var channel = new Scripted(_time, new(), _ => null) { Hangs = true };
        var sent = channel.SendAsync(Told.Warning, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
    }

    [Theory]
    [InlineData(0, 3, "Timeout")]
    [InlineData(30, 11, "Tries")]
    public void Bounds_are_held(int seconds, int tries, string key) =>
        Assert.Contains(key, Assert.Throws<NotificationSettingsException>(() => new Scripted(
            _time, new SendingOptions { Timeout = TimeSpan.FromSeconds(seconds), Tries = tries }, _ => null)).Message);

    private sealed class Scripted(TimeProvider time, SendingOptions sending, Func<int, (bool IsTransient, int? After)?> script)
        : NotificationChannel("scripted", sending, time)
    {
        private int _tried;

        public int Tried => Volatile.Read(ref _tried);

        public bool Hangs { get; init; }

        public static (bool IsTransient, int? After)? Refusal(bool isTransient, int? after = null) => (isTransient, after);

        protected override async Task<string> TryAsync(Notification notification, CancellationToken cancellationToken)
        {
            int tried = Interlocked.Increment(ref _tried);
            if (Hangs)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return script(tried) is var (isTransient, after)
                ? throw Failed("no", isTransient, after is { } seconds ? TimeSpan.FromSeconds(seconds) : null)
                : "taken";
        }
    }
}
