namespace Wanda.Ipfs;

/// <summary>How long is waited before a daemon that ended is started again: twice as long each time, until it ran well for a while.</summary>
/// <param name="first">The first wait.</param>
internal sealed class KuboBackoff(TimeSpan first)
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan RanWell = TimeSpan.FromMinutes(10);

    private int _failures;

    /// <summary>The wait after one more end.</summary>
    /// <param name="ran">How long it had run.</param>
    public TimeSpan Next(TimeSpan ran)
    {
        if (ran >= RanWell)
            _failures = 0;
        double wait = first.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 30));
        return wait < Longest.TotalSeconds ? TimeSpan.FromSeconds(wait) : Longest;
    }
}
