namespace Wanda.Notify;

/// <summary>
/// How long a channel tries. With the defaults a notification got through, or did not, after three and a half minutes at most.
/// </summary>
public sealed record SendingOptions
{
    /// <summary>How long one try may take, from the name's look-up to the answer. 1 second to 10 minutes, default 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is tried where another try may help. 1 to 10, default 3.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>The wait before the second try; each further one is twice as long. 0 to 10 minutes, default 2 seconds.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The longest wait for <c>Retry-After</c>: whoever wants a longer one is not tried again, and the exception says how long he wants.
    /// 0 to one hour, default 1 minute.
    /// </summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    internal IEnumerable<string> Errors()
    {
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(10))
            yield return $"{nameof(Timeout)} is {Timeout}; write 1 second to 10 minutes.";
        if (Tries is < 1 or > 10)
            yield return $"{nameof(Tries)} is {Tries}; write 1 to 10.";
        if (FirstWait < TimeSpan.Zero || FirstWait > TimeSpan.FromMinutes(10))
            yield return $"{nameof(FirstWait)} is {FirstWait}; write 0 to 10 minutes.";
        if (LongestWait < TimeSpan.Zero || LongestWait > TimeSpan.FromHours(1))
            yield return $"{nameof(LongestWait)} is {LongestWait}; write 0 to one hour.";
    }
}
