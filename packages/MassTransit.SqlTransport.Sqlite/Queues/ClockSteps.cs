namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Notices when somebody sets the clock, by holding it against one that only runs on.</summary>
/// <remarks>Asked with every write, so that no time gets into the file that it has not seen; and now and then, for when nothing is written.</remarks>
internal sealed class ClockSteps(TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _wall = time.GetUtcNow();
    private long _steady = time.GetTimestamp();

    /// <summary>How the clock was set since the last call; null when it only ran on.</summary>
    public ClockStep? Take()
    {
        lock (_gate)
        {
            var step = Step();
            (_wall, _steady) = (time.GetUtcNow(), time.GetTimestamp());
            return step;
        }
    }

    /// <summary>Whether there is a step to take.</summary>
    public bool Any()
    {
        lock (_gate)
        {
            if (Step() is not null)
                return true;
            // The later this was, the less is in doubt when a step comes.
            (_wall, _steady) = (time.GetUtcNow(), time.GetTimestamp());
            return false;
        }
    }

    private ClockStep? Step()
    {
        for (var measured = 0; measured < 3; measured++) // a thread that is held up between the two clocks sees a step that is none
        {
            var by = time.GetUtcNow() - (_wall + time.GetElapsedTime(_steady));
            if (by.Duration() <= Clock.StepTolerance)
                return null;
            if (measured == 2)
                return new ClockStep((long)by.TotalMilliseconds, (_wall + by).ToUnixTimeMilliseconds());
        }
        return null;
    }
}

/// <summary>Somebody has set the clock.</summary>
/// <param name="By">By how many milliseconds, ahead or back.</param>
/// <param name="From">What was set by the new clock was set at this time or later.</param>
internal readonly record struct ClockStep(long By, long From);
