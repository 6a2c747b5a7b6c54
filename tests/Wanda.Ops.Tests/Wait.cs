namespace Wanda.Ops.Tests;

internal static class Wait
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>Waits until something holds; fails after a minute.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Bound, $"Waited {Bound.TotalSeconds:0} s for {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
