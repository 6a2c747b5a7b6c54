using Wanda.Notify;

namespace Wanda.PinningServer;

/// <summary>A channel and how it goes: how much it may still be told in this hour, and when it is tried again after it failed.</summary>
internal sealed class AlertChannel(NotificationChannel channel, string name, int perHour, TimeProvider time)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Queue<long> _sent = [];
    private (long At, TimeSpan For) _wait;
    private int _failuresInARow;
    private long _taken;
    private long _failures;

    /// <summary>The channel's own name, with a number where two have the same.</summary>
    public string Name { get; } = name;

    /// <summary>Notifications that were taken.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Notifications that did not get through, each time anew.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Why it does not get through, and since when; null when it does.</summary>
    public ChannelTrouble? Trouble { get; private set; }

    /// <summary>How many it may be told now.</summary>
    public int Left
    {
        get
        {
            while (_sent.TryPeek(out long at) && time.GetElapsedTime(at) >= Hour)
                _sent.Dequeue();
            return time.GetElapsedTime(_wait.At) < _wait.For ? 0 : Math.Max(0, perHour - _sent.Count);
        }
    }

    /// <summary>Tells it; whether it got through is kept.</summary>
    /// <exception cref="NotificationException">It did not get through.</exception>
    public async Task<string> SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        try
        {
            string answer = await channel.SendAsync(notification, cancellationToken);
            Interlocked.Increment(ref _taken);
            _sent.Enqueue(time.GetTimestamp());
            (_failuresInARow, Trouble) = (0, null);
            return answer;
        }
        catch (NotificationException e)
        {
            Interlocked.Increment(ref _failures);
            // 5, 10, 20, 40 minutes, an hour; longer when it asks for it.
            var wait = FirstWait * Math.Min(12, 1 << Math.Min(_failuresInARow++, 4));
            _wait = (time.GetTimestamp(), e.RetryAfter > wait ? e.RetryAfter.Value < Day ? e.RetryAfter.Value : Day : wait);
            Trouble = new(e.Message, Trouble?.Since ?? time.GetUtcNow());
            throw;
        }
    }
}

/// <summary>Why a channel does not get through.</summary>
/// <param name="Why">In its words, which name it.</param>
/// <param name="Since">Since when.</param>
internal sealed record ChannelTrouble(string Why, DateTimeOffset Since);
