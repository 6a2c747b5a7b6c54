namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Notices when somebody sets the clock, by holding it against one that only runs on.</summary>
/// <remarks>Asked with every write, so that no time gets into the file that it has not seen; and now and then, for when nothing is written.</remarks>
internal sealed class ClockSteps(TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _wall = time.GetUtcNow();
    private long _steady = time.GetTimestamp();

    /// <summary>By how much the clock was set, ahead or back, since the last call; zero when it only ran on.</summary>
    public TimeSpan Take()
    {
        lock (_gate)
        {
            var step = Step;
            (_wall, _steady) = (time.GetUtcNow(), time.GetTimestamp());
            return step;
        }
    }

    /// <summary>Whether there is a step to take.</summary>
    public bool Any()
    {
        lock (_gate)
            return Step != TimeSpan.Zero;
    }

    private TimeSpan Step
    {
        get
        {
            var step = time.GetUtcNow() - (_wall + time.GetElapsedTime(_steady));
            return step > Clock.ToleranceAhead || step < -Clock.Tolerance ? step : TimeSpan.Zero;
        }
    }
}
