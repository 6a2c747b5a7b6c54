namespace Wanda.Ipfs;

/// <summary>
/// How slow somebody may be who is read from: bytes a second, on average over each stretch of waiting for him. One who gives a byte now and
/// then is never silent, and would be waited for without end.
/// </summary>
/// <param name="bytesPerSecond">The least; 0 is never too slow.</param>
/// <param name="window">The stretch.</param>
public sealed class Pace(long bytesPerSecond, TimeSpan window)
{
    private long _bytes;
    private TimeSpan _waited;

    /// <summary>Counts what came, and how long it was waited for; the time between two reads is the reader's own.</summary>
    /// <returns>What is wrong, for a message that begins with a name; null while nothing is.</returns>
    public string? Took(int bytes, TimeSpan waited)
    {
        _bytes += bytes;
        _waited += waited;
        if (_waited < window)
            return null;
        var slow = _bytes < bytesPerSecond * _waited.TotalSeconds
            ? FormattableString.Invariant(
                $"gave {_bytes} bytes in {_waited.TotalSeconds:0.##} s; at least {bytesPerSecond} a second are waited for.")
            : null;
        (_bytes, _waited) = (0, TimeSpan.Zero);
        return slow;
    }
}
