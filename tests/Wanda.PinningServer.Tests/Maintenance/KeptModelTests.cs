using FsCheck.Fluent;

namespace Wanda.PinningServer.Tests.Maintenance;

/// <summary>
/// Over whatever tenants, the operator and the disk may do, in any order: nothing that was acknowledged goes, and everything else does in
/// the end. <c>WANDA_HISTORIES</c>: how many histories, 3 by default.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class KeptModelTests
{
    private static readonly int Histories =
        int.TryParse(Environment.GetEnvironmentVariable("WANDA_HISTORIES"), out int given) ? given : 3;

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void No_history_loses_what_was_acknowledged_or_keeps_what_nobody_wants(int days)
    {
        var histories = Gen.Choose(0, int.MaxValue - 1).ArrayOf(24).ToArbitrary();
        Prop.ForAll(histories, steps => RunAsync(TimeSpan.FromDays(days), steps).GetAwaiter().GetResult()).MustHold(Histories);
    }

    private static async Task<bool> RunAsync(TimeSpan keep, int[] steps)
    {
        await using var model = await KeptModel.StartAsync(keep, new Random(steps.FirstOrDefault()));
        foreach (int step in steps)
            await model.StepAsync(step);
        await model.MustHoldAsync();
        await model.EndAllAsync();
        return true;
    }
}
