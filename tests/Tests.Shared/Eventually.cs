namespace Tests.Shared;

/// <summary>Waiting for a condition, with a bound.</summary>
internal static class Eventually
{
    /// <summary>Long enough for a busy machine: it is reached by tests that fail.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when the condition holds; fails after the bound, saying what was waited for.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, Func<Task<string>>? state = null, TimeSpan? bound = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        var most = bound ?? Bound;
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > most)
                throw new TimeoutException($"Waited {most.TotalSeconds:0} s for: {what}. {(state is null ? "" : await state())}");
            await Task.Delay(Look, TimeProvider.System);
        }
    }

    public static Task HoldsAsync(Func<bool> condition, string what, TimeSpan? bound = null) =>
        HoldsAsync(() => Task.FromResult(condition()), what, bound: bound);
}
