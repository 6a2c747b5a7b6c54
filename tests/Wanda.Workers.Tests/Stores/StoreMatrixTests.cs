using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Discard;
using Wanda.Workers.Release;

namespace Wanda.Workers.Tests.Stores;

/// <summary>
/// Law 5: each store lost, old or damaged by itself, at the end of a night with frames in every state; in pairs with
/// <c>store-matrix.sh</c>. What is right is one table (<see cref="WhatIsRight"/>), and nobody has to act.
/// </summary>
public sealed class StoreMatrixTests(StoreNight night) : IClassFixture<StoreNight>
{
    private const string How = "66 nights of five seconds: tests/Wanda.Workers.Tests/store-matrix.sh";
    private static readonly Harm[] Three = [Harm.Lost, Harm.Old, Harm.Damaged];

    public static TheoryData<Store, Harm> Alone => Each(Three);

    /// <summary>Other places of the damage.</summary>
    public static TheoryData<Store, Harm> Worse => Each(Harm.Beheaded, Harm.Frayed, Harm.Cut);

    public static TheoryData<Store, Harm, Store, Harm> Pairs => All();

    private static bool IsLong => Environment.GetEnvironmentVariable("TEST_LONG") is not null;

    [Theory]
    [MemberData(nameof(Alone))]
    public Task One_store_is_made_good_from_the_others(Store store, Harm harm) => RunAsync((store, harm));

    [SkippableTheory]
    [MemberData(nameof(Worse))]
    public async Task One_store_is_made_good_wherever_the_damage_is(Store store, Harm harm)
    {
        Skip.IfNot(IsLong, How);
        await RunAsync((store, harm));
    }

    [SkippableTheory]
    [MemberData(nameof(Pairs))]
    public async Task Two_stores_are_made_good_from_what_is_left(Store store, Harm harm, Store other, Harm otherHarm)
    {
        Skip.IfNot(IsLong, How);
        await RunAsync((store, harm), (other, otherHarm));
    }

    private static TheoryData<Store, Harm, Store, Harm> All()
    {
        var all = new TheoryData<Store, Harm, Store, Harm>();
        foreach (var store in Enum.GetValues<Store>())
        {
            foreach (var other in Enum.GetValues<Store>().Where(s => s > store))
            {
                foreach (var harm in Three)
                {
                    foreach (var otherHarm in Three)
                        all.Add(store, harm, other, otherHarm);
                }
            }
        }

        return all;
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
        await night.Node.PassUntilAsync(right.IsSettledAsync, TimeSpan.FromMinutes(6), 30, "the night to settle");
        night.Node.Time.Advance(TimeSpan.FromHours(2));
        await night.Node.UntilQuietAsync();
        await night.Node.Get<AuditRound>().RunAsync(default);
        await right.AtTheEndAsync([.. night.Proxy.Uploaded.Skip(sent)]);
    });
}
