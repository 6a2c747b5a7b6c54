namespace Wanda.Hosting;

/// <summary>
/// How long a failed message waits: 2 s, doubling to 5 min, with up to a fifth more so that a night's frames do not come back as one.
/// </summary>
public static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>The wait before try <paramref name="attempt"/> + 1, counting from 0.</summary>
    public static TimeSpan Delay(int attempt) => Delay(attempt, First, Longest);

    /// <inheritdoc cref="Delay(int)"/>
    public static TimeSpan Delay(int attempt, TimeSpan first, TimeSpan longest)
    {
        var doubled = first.TotalSeconds * Math.Pow(2, Math.Clamp(attempt, 0, 30));
        return TimeSpan.FromSeconds(Math.Min(doubled, longest.TotalSeconds) * (1 + Random.Shared.NextDouble() / 5));
    }
}
