using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Discard;
using Wanda.Workers.Release;
using Xunit.Abstractions;

namespace Wanda.Workers.Tests.Stores;

/// <summary>
/// Law 5: each store lost, old or damaged by itself, at the end of a night with frames in every state; in pairs with
/// <c>store-matrix.sh</c>. What is right is one table (<see cref="WhatIsRight"/>), and nobody has to act.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class StoreMatrixTests(StoreNight night, ITestOutputHelper output) : IClassFixture<StoreNight>
{
    private static readonly Harm[] Three = [Harm.Lost, Harm.Old, Harm.Damaged];

    public static TheoryData<Store, Harm> Alone => Each(Three);

    public static TheoryData<Store, Store> Pairs
    {
        get
        {
            var pairs = new TheoryData<Store, Store>();
            foreach (var store in Enum.GetValues<Store>())
            {
                foreach (var other in Enum.GetValues<Store>().Where(o => o > store))
                    pairs.Add(store, other);
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Alone))]
    public Task One_store_is_made_good_from_the_others(Store store, Harm harm) => RunAsync((store, harm));

    [SkippableFact]
    public Task Each_store_is_made_good_wherever_the_damage_is() => AllAsync(
        from store in Enum.GetValues<Store>()
        from harm in new[] { Harm.Beheaded, Harm.Frayed, Harm.Cut }
        select new[] { (store, harm) });

    [SkippableTheory]
    [MemberData(nameof(Pairs))]
    public Task Each_two_stores_are_made_good_from_what_is_left(Store store, Store other) => AllAsync(
        from harm in Three
        from otherHarm in Three
        select new[] { (store, harm), (other, otherHarm) });

    /// <summary>Each of them, also after one that did not come out right.</summary>
    private async Task AllAsync(IEnumerable<(Store Store, Harm Harm)[]> nights)
    {
        Skip.If(Environment.GetEnvironmentVariable("TEST_LONG") is null, "minutes; run by tests/Wanda.Workers.Tests/store-matrix.sh");
        var wrong = new List<string>();
        foreach (var harms in nights)
        {
            var name = string.Join(", ", harms.Select(h => $"{h.Store} {h.Harm}"));
            try
            {
                await RunAsync(harms);
                output.WriteLine($"right: {name}");
            }
            catch (Exception e)
            {
                output.WriteLine($"WRONG: {name}: {e}");
                wrong.Add($"{name}: {e.Message}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static TheoryData<Store, Harm> Each(params Harm[] harms)
    {
        var all = new TheoryData<Store, Harm>();
        foreach (var store in Enum.GetValues<Store>())
        {
            foreach (var harm in harms)
                all.Add(store, harm);
        }

        return all;
    }

    private Task RunAsync(params (Store Store, Harm Harm)[] harms) => Seed.RunAsync(async random =>
    {
        await night.ResetAsync();
        foreach (var (store, harm) in harms)
            StoreFiles.Harm(store, harm, night.Node.Data, night.Old, random);
        var harm2 = harms.ToDictionary(h => h.Store, h => h.Harm);
        var right = new WhatIsRight(night, harm2, await Evidence.ReadAsync(night, harm2), night.Node.Time.GetUtcNow());
        var sent = night.Proxy.Uploaded.Count;

        // Nobody can be asked: nothing that rests on a proof of before may go.
        await night.Node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Proven } });
        await night.UntilTakenAsync();
        await night.Node.UntilQuietAsync();
        foreach (var round in new Func<CancellationToken, Task>[]
                 {
                     night.Node.Get<ReleaseRound>().ConsiderAllAsync, night.Node.Get<AuditRound>().RunAsync,
                     night.Node.Get<DiscardRound>().RunAsync,
                 })
        {
            await round(default);
        }

        await right.AtTheStartAsync();
        var next = await night.BringAsync("case-next.fits");
        await right.NumbersAsync(next);

        await night.Proxy.UpAsync();
        await night.Node.Queues.ResumeAsync(QueueNames.IpfsAdd); // an operator's pause, where the queue has it still
        // What could not be asked for while nobody answered is asked for an hour later.
        night.Node.Time.Advance(TimeSpan.FromHours(2));
        await night.Node.UntilQuietAsync();
        await night.Node.Get<AuditRound>().RunAsync(default);
        await night.Node.PassUntilAsync(right.IsSettledAsync, TimeSpan.FromMinutes(6), 30, "the night to settle");
        night.Node.Time.Advance(TimeSpan.FromHours(2));
        await night.Node.UntilQuietAsync();
        await night.Node.Get<AuditRound>().RunAsync(default);
        await right.AtTheEndAsync([.. night.Proxy.Uploaded.Skip(sent)]);
    });
}
