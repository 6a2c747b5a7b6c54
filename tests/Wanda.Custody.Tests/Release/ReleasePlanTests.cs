using Wanda.Contracts;

namespace Wanda.Custody.Tests.Release;

/// <summary>The plan: the policy's word on each frame, in order, and no more for want of space than it takes.</summary>
public sealed class ReleasePlanTests
{
    private const string Cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private static readonly DestinationRecord Casa = new() { Name = "casa", Configured = true, Place = "there" };
    private static readonly Situation Plenty = new(Now, null, BelowLowWater: false, [Casa], ["casa"]);
    private static readonly ReleaseRules Space = new(ReleaseWhen.Space, Copies: 1, Nights: 3, CountThisMachine: false);

    [Theory]
    [InlineData(0, "")] // it ended while the plan was made
    [InlineData(1, "2")]
    [InlineData(100, "2")]
    [InlineData(101, "2 1")]
    [InlineData(1000, "2 1 3")]
    public async Task For_want_of_space_as_many_go_as_it_takes_in_their_order(long wanted, string goes)
    {
        var (a, b, c, unproven) = (Proven(1), Proven(2), Proven(3), Proven(4) with { Proofs = [] });
        var plan = await PlanAsync(Plenty with { BelowLowWater = true }, wanted, [b, unproven, a, c], [a, b, c, unproven]);
        Assert.Equal(goes, Names(plan));
        Assert.Equal(goes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length * 100, plan.Bytes);
        Assert.Equal(4, plan.Goes.Count + plan.Stays.Sum(s => s.Frames));
    }

    [Fact]
    public async Task No_more_of_the_order_is_read_than_it_takes()
    {
        var read = 0;
        var order = Counted([Proven(1), Proven(2), Proven(3)]);
        var plan = await ReleasePlan.MakeAsync(new(Space, Plenty with { BelowLowWater = true }, 150, order, Async([])), default);
        Assert.Equal(("1 2", 2), (Names(plan), read));

        async IAsyncEnumerable<ReleaseCandidate> Counted(IEnumerable<ReleaseCandidate> frames)
        {
            await Task.CompletedTask;
            foreach (var frame in frames)
            {
                read++;
                yield return frame;
            }
        }
    }

    [Fact]
    public async Task Without_want_of_space_the_old_go_and_what_stays_is_told_by_its_reason()
    {
        var plan = await PlanAsync(Plenty, wanted: 500, [Proven(1)],
            [Proven(1), Proven(2, nights: 4), Proven(3), Proven(4) with { Proofs = [] }, Proven(5, nights: 4)]);
        Assert.Equal("2 5", Names(plan));
        Assert.Equal(
            [(new Hold.Nights(3), 2, 200L, 1), (new Hold.TooFewCopies(0, 1), 1, 100L, 4)],
            plan.Stays.Select(s => (s.Why, s.Frames, s.Bytes, s.Example.Number)));
    }

    private static Task<ReleasePlan> PlanAsync(
        Situation situation, long wanted, IEnumerable<ReleaseCandidate> order, IEnumerable<ReleaseCandidate> here) =>
        ReleasePlan.MakeAsync(new(Space, situation, wanted, Async(order), Async(here)), default);

    private static IAsyncEnumerable<ReleaseCandidate> Async(IEnumerable<ReleaseCandidate> frames) => frames.ToAsyncEnumerable();

    private static string Names(ReleasePlan plan) => string.Join(' ', plan.Goes.Select(g => g.Frame.Number));

    private static ReleaseCandidate Proven(int number, int nights = 1)
    {
        var id = CaptureId.Parse($"0193a000-0000-7000-8000-{number:000000000000}");
        return new ReleaseCandidate(
            new CaptureRecord
            {
                Id = id,
                Number = number,
                Cid = Cid,
                SizeBytes = 100,
                Preview = PreviewState.Ready,
                SavedAt = Now.AddDays(-nights),
            },
            [
                new CustodyProof
                {
                    Id = $"proof {number}",
                    SubjectKind = SubjectKind.Capture,
                    Subject = id.ToString(),
                    Cid = Cid,
                    Destination = "casa",
                    FailureDomain = "casa",
                    OnThisMachine = false,
                    Method = ProofMethod.Possession,
                    Bytes = 100,
                    Digest = "",
                    Endpoint = "",
                    Place = "there",
                    ProvenAt = Now.AddHours(-1),
                    ExpiresAt = Now.AddDays(30),
                },
            ]);
    }
}
