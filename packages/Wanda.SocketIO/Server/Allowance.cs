namespace Wanda.SocketIO.Server;

/// <summary>So many a second for long, and ten times as many at once. Of one caller at a time.</summary>
internal sealed class Allowance(int perSecond, TimeProvider time)
{
    private double _left = 10.0 * perSecond;
    private long _at = time.GetTimestamp();

    public bool TryTake()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(10.0 * perSecond, _left + time.GetElapsedTime(_at, now).TotalSeconds * perSecond);
        _at = now;
        if (_left < 1)
            return false;
        _left--;
        return true;
    }
}
