namespace Wanda.EndToEnd.Tests;

/// <summary>Waits for a condition, with a bound.</summary>
public static class Eventually
{
    public static async Task TrueAsync(TimeSpan limit, string what, Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(limit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await condition())
        {
            try
            {
                await tick.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"After {limit.TotalSeconds:0} s it is still not so that {what}.");
            }
        }
    }
}
