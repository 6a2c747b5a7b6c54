using Wanda.Workers.Offload;

namespace Wanda.Workers.Tests.Offload;

public sealed class RampUpTests
{
    [Fact]
    public async Task After_an_outage_one_goes_then_two_then_four_up_to_all()
    {
        var ramp = new RampUp(6);
        ramp.Narrow();
        var waiting = Enumerable.Range(0, 10).Select(_ => ramp.EnterAsync(default)).ToList();
        var inside = 1;
        foreach (var allowed in new[] { 1, 2, 4, 6, 6 })
        {
            Assert.Equal(allowed, ramp.Allowed);
            Assert.Equal(inside, waiting.Count(w => w.IsCompleted));
            // One is through, and another comes in for it besides those that are new.
            ramp.Widen();
            ramp.Leave();
            inside = Math.Min(10, inside + 1 + Math.Min(6, allowed * 2) - allowed);
            await Eventually.HoldsAsync(() => waiting.Count(w => w.IsCompleted) == inside, $"{inside} to have come in");
        }
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_place()
    {
        var ramp = new RampUp(1);
        await ramp.EnterAsync(default);
        using var stop = new CancellationTokenSource();
        var given = ramp.EnterAsync(stop.Token);
        var next = ramp.EnterAsync(default);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        ramp.Leave();
        await next.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
