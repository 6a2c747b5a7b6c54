namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Notices when somebody sets the clock back, by holding it against one that only runs on.</summary>
/// <remarks>Asked with every write, so that no time gets into the file that it has not seen; and now and then, for when nothing is written.</remarks>
internal sealed class ClockSteps(TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _wall = time.GetUtcNow();
    private long _steady = time.GetTimestamp();

    public bool WasSetBack()
    {
        lock (_gate)
        {
            var expected = _wall + time.GetElapsedTime(_steady);
            (_wall, _steady) = (time.GetUtcNow(), time.GetTimestamp());
            return _wall < expected - Clock.Tolerance;
        }
    }
}
