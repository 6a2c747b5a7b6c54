using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Tests.Originals;

/// <summary>Law 7: after a kill at any step of a removal the file has its name again at the next start, or is gone by proof.</summary>
public sealed class OriginalCrashTests : AdoptingNode
{
    private const string Taken = "set aside, and the name was taken";

    public static TheoryData<string, bool> Steps { get; } = new()
    {
        { "decided", true }, { "decided", false }, { "set aside", true }, { "set aside", false },
        { Taken, true }, { Taken, false }, { "removed", true },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_removal_that_a_crash_interrupted_is_undone_and_decided_anew(string step, bool isProven)
    {
        await IdleAsync();
        var frame = await WriteAndTakeAsync("M31/a.fits", 1);
        await ProveAsync(frame);
        File.Delete(Root.Resolve(frame.Path));
        await StopAsync();
        await LeaveAsync(frame, step, isProven);
        await StartAsync();

        var others = step == Taken ? new[] { "M31/a.fits" } : [];
        if (isProven)
        {
            await BecomesAsync(frame, OriginalState.Freed);
            Assert.Equal(others, Names());
        }
        else
        {
            await Eventually.HoldsAsync(async () =>
            {
                Time.Advance(TimeSpan.FromMinutes(2));
                await RoundAsync();
                return (await RowAsync(frame)).OriginalWhy == $"{OriginalHold.Unproven}";
            }, "it to be kept", async () => $"{await RowAsync(frame)}");
            var name = step == Taken ? "M31/a.kept1.fits" : "M31/a.fits";
            Assert.Equal([.. others, name], Names());
            Assert.Equal(await FitsAsync(1), await File.ReadAllBytesAsync(PathOf(name)));
            Assert.Equal(OriginalState.Here, (await RowAsync(frame)).Original);
        }

        if (step == Taken)
        {
            Assert.Null((await TakenAsync(2)).ReleasedAt);
            Assert.Equal(await FitsAsync(2), await File.ReadAllBytesAsync(PathOf("M31/a.fits")));
        }
    }

    /// <summary>What a kill leaves at a step.</summary>
    private async Task LeaveAsync(CaptureRecord frame, string step, bool isProven)
    {
        await using var catalogue = await Catalogue.OpenAsync(Path.Combine(Options.Data, "catalogue.db"), Time, default);
        Assert.Null(await catalogue.Ledger.OpenOriginalAsync(await ReleaseAsync(catalogue, frame), default));
        if (step.StartsWith("set aside", StringComparison.Ordinal))
            File.Move(PathOf("M31/a.fits"), PathOf($"M31/{AsideName(frame)}"));
        if (step == Taken)
            await WriteAsync("M31/a.fits", 2);
        if (step == "removed")
            File.Delete(PathOf("M31/a.fits"));
        if (!isProven)
            await catalogue.Ledger.ApplyAsync(new Fact.Revoked(Destination, $"{frame.Id}", "it is gone"), default);
    }
}
