namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Notices when somebody sets the clock, by holding it against one that only runs on.</summary>
/// <remarks>
/// Asked with every write, so that no time gets into the file that it has not seen; and now and then, for when nothing is written.
/// </remarks>
internal sealed class ClockSteps(TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _wall = time.GetUtcNow();
    private long _steady = time.GetTimestamp();

    /// <summary>How the clock was set since the last call; null when it only ran on.</summary>
    public ClockStep? Take()
    {
        lock (_gate)
            return Look(take: true);
    }

    /// <summary>Whether there is a step to take.</summary>
    public bool Any()
    {
        lock (_gate)
            return Look(take: false) is not null;
    }

    // What is compared is what is kept: a clock that is set between two readings would be seen by neither. And the later the last reading
    // was, the less is in doubt when a step comes.
    private ClockStep? Look(bool take)
    {
        ClockStep? step = null;
        for (var measured = 0; measured < 3; measured++) // a thread that is held up between the two clocks sees a step that is none
        {
            var (wall, steady) = (time.GetUtcNow(), time.GetTimestamp());
            var by = wall - (_wall + time.GetElapsedTime(_steady, steady));
            var ranOn = by.Duration() <= Clock.StepTolerance;
            step = ranOn ? null : new ClockStep((long)by.TotalMilliseconds, (_wall + by).ToUnixTimeMilliseconds());
            if (ranOn || (take && measured == 2))
                (_wall, _steady) = (wall, steady);
            if (ranOn)
                break;
        }

        return step;
    }
}

/// <summary>Somebody has set the clock.</summary>
/// <param name="By">By how many milliseconds, ahead or back.</param>
/// <param name="From">What was set by the new clock was set at this time or later.</param>
internal readonly record struct ClockStep(long By, long From);
