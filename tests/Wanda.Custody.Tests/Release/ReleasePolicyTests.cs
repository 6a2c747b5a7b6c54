using FsCheck.Fluent;
using Wanda.Contracts;

namespace Wanda.Custody.Tests.Release;

[Trait("Rerun", "Never")]
public sealed class ReleasePolicyTests
{
    private const string Cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    private const string OtherCid = "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 4, 0, 0, TimeSpan.Zero);

    private static readonly DestinationRecord[] Configured =
        [.. new[] { "altermundi", "a", "b", "c", "pinata" }
            .Select(name => new DestinationRecord { Name = name, Place = $"wanda https://{name}.example", Configured = true })];

    private static readonly CaptureRecord Frame = new()
    {
        Id = new CaptureId(Guid.Parse("01957b00-0000-7000-8000-000000000001")),
        Session = new SessionName("m42"),
        Cid = Cid,
        Preview = PreviewState.Ready,
        SavedAt = Now.AddHours(-5),
    };

    [Fact]
    public void One_valid_proof_off_this_machine_is_enough_for_one_copy()
    {
        var decision = Decide(Frame, [Proof()]);
        Assert.Null(decision.Hold);
        Assert.Single(decision.Proofs);
    }

    public static TheoryData<string, Uncounted?, string?> Refused => new()
    {
        { "no proof", null, null },
        { "other capture", null, null },
        { "other cid", Uncounted.OtherCid, null },
        { "a session's", null, null },
        { "expired", Uncounted.NotInForce, null },
        { "from the future", Uncounted.NotInForce, null },
        { "this machine", Uncounted.ThisMachine, null },
        { "another place's", Uncounted.Former, "altermundi" },
        { "taken out", Uncounted.Former, "old" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_proof_that_is_none_releases_nothing(string kind, Uncounted? why, string? where)
    {
        CustodyProof[] proofs = Make(kind) is { } proof ? [proof] : [];
        var decision = Decide(Frame, proofs);
        Assert.Equal(new Hold.TooFewCopies(0, 1, why, where), decision.Hold);
        Assert.Empty(decision.Proofs);
        // Not below low water either: want of space is no proof.
        Assert.NotNull(Decide(Frame, proofs, situation: Situation() with { BelowLowWater = true }).Hold);
    }

    [Fact]
    public void The_same_domain_twice_is_one_copy()
    {
        var twice = new[] { Proof("a", "community"), Proof("b", "Community") };
        Assert.Equal(new Hold.TooFewCopies(1, 2), Decide(Frame, twice, TwoCopies).Hold);
        Assert.Null(Decide(Frame, [twice[0], Proof("c", "pinata")], TwoCopies).Hold);
    }

    [Fact]
    public void One_that_is_being_emptied_opens_no_door()
    {
        var drained = Situation() with { Destinations = [.. Configured.Select(d => d with { Drains = d.Name == "a" })] };
        Assert.Equal(
            new Hold.TooFewCopies(0, 1, Uncounted.Leaving, "a"), Decide(Frame, [Proof("a", "shelf")], situation: drained).Hold);
        Assert.Equal(new Hold.TooFewCopies(1, 2, Uncounted.Leaving, "a"),
            Decide(Frame, [Proof("a", "shelf"), Proof("b", "town")], TwoCopies, drained).Hold);
        Assert.Null(Decide(Frame, [Proof("a", "shelf"), Proof("b", "town")], situation: drained).Hold);
    }

    [Fact]
    public void What_was_proven_before_a_loss_opens_no_door()
    {
        var doubted = Situation() with
        {
            Destinations = [.. Configured.Select(d => d with { DoubtedAt = d.Name == "altermundi" ? Now.AddMinutes(-5) : null })],
        };
        Assert.Equal(
            new Hold.TooFewCopies(0, 1, Uncounted.Doubted, "altermundi"), Decide(Frame, [Proof()], situation: doubted).Hold);
        Assert.Null(Decide(Frame, [Proof() with { ProvenAt = Now.AddMinutes(-4) }], situation: doubted).Hold);
    }

    [Fact]
    public void The_demo_alone_counts_this_machine()
    {
        Assert.NotNull(Decide(Frame, [Proof() with { OnThisMachine = true }]).Hold);
        Assert.Null(Decide(Frame, [Proof() with { OnThisMachine = true }], r => r with { CountThisMachine = true }).Hold);
    }

    [Fact]
    public void A_clock_problem_and_never_hold_whatever_is_proven()
    {
        var problem = Situation() with { ClockProblem = new(ClockCode.WentBack, Now, Now) };
        Assert.Equal(new Hold.Clock(problem.ClockProblem), Decide(Frame, [Proof()], situation: problem).Hold);
        Assert.Equal(
            new Hold.Clock(problem.ClockProblem), Decide(Frame, [Proof()], situation: problem with { BelowLowWater = true }).Hold);
        Assert.Equal(new Hold.Never(),
            Decide(Frame, [Proof()], Releasing(ReleaseWhen.Never), Situation() with { BelowLowWater = true }).Hold);
    }

    [Fact]
    public void The_preview_and_open_destinations_are_waited_for_unless_space_is_needed()
    {
        var pending = Frame with { Preview = PreviewState.Pending };
        Assert.Equal(new Hold.Preview(), Decide(pending, [Proof()]).Hold);
        Assert.Null(Decide(pending, [Proof()], situation: Situation() with { BelowLowWater = true }).Hold);

        var unsettled = Situation() with { Awaited = ["altermundi", "pinata"] };
        Assert.Equal(new Hold.Unsettled("pinata"), Decide(Frame, [Proof()], situation: unsettled).Hold);
        Assert.Equal(new Hold.Unsettled("pinata"),
            Decide(Frame, [Proof(), Proof("pinata", "p") with { ExpiresAt = Now }], situation: unsettled).Hold);
        Assert.Null(Decide(Frame, [Proof()], situation: unsettled with { BelowLowWater = true }).Hold);
        var paused = unsettled with
        {
            Destinations = [.. Configured.Select(d => d with
            {
                State = d.Name == "pinata" ? DestinationState.Paused : DestinationState.Open,
            })],
        };
        Assert.Null(Decide(Frame, [Proof()], situation: paused).Hold);
    }

    [Fact]
    public void By_default_a_proven_frame_stays_three_nights_or_until_space_is_needed()
    {
        var space = Releasing(ReleaseWhen.Space);
        Assert.Equal(new Hold.Nights(3), Decide(Frame with { SavedAt = Now.AddDays(-2.9) }, [Proof()], space).Hold);
        Assert.Null(Decide(Frame with { SavedAt = Now.AddDays(-3) }, [Proof()], space).Hold);
        Assert.Null(Decide(Frame, [Proof()], space, Situation() with { BelowLowWater = true }).Hold);
        Assert.NotNull(Decide(Frame, [], space, Situation() with { BelowLowWater = true }).Hold);
    }

    [Fact]
    public void No_combination_releases_without_enough_domains()
    {
        string[] kinds = ["good", "other capture", "other cid", "a session's", "expired", "from the future", "this machine",
            "another place's", "taken out"];
        var proof = from kind in Gen.Elements(kinds) from domain in Gen.Elements("a", "b", "c", "A") select (Kind: kind, Domain: domain);
        var cases = from proofs in proof.ListOf()
                    from copies in Gen.Choose(1, 3)
                    from policy in Gen.Elements(ReleaseWhen.Proven, ReleaseWhen.Space, ReleaseWhen.Never)
                    from preview in Gen.Elements(PreviewState.Ready, PreviewState.None, PreviewState.Pending)
                    from low in Gen.Elements(true, false)
                    from clock in Gen.Elements(true, false)
                    from age in Gen.Choose(0, 10)
                    select (proofs, copies, policy, preview, low, clock, age);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var decision = Decide(
                Frame with { Preview = c.preview, SavedAt = Now.AddDays(-c.age) },
                c.proofs.Select(p => Make(p.Kind)! with { FailureDomain = p.Domain }).ToList(),
                r => r with { Copies = c.copies, When = c.policy },
                Situation() with { BelowLowWater = c.low, ClockProblem = c.clock ? null : new(ClockCode.NotSynchronised, Now, null) });
            // Counted here by other means than the policy's.
            var domains = c.proofs.Where(p => p.Kind == "good").Select(p => p.Domain.ToLowerInvariant()).Distinct().Count();
            var goes = domains >= c.copies && c.clock && c.policy != ReleaseWhen.Never
                && (c.low || (c.preview != PreviewState.Pending && (c.policy == ReleaseWhen.Proven || c.age >= 3)));
            return decision.Hold is null == goes && decision.Proofs.Count == (goes ? domains : 0)
                && decision.Proofs.All(p => p.Cid == Cid && p.Subject == Frame.Id.ToString() && !p.OnThisMachine && p.ExpiresAt > Now);
        }).MustHold();
    }

    private static ReleaseDecision Decide(
        CaptureRecord frame, IReadOnlyList<CustodyProof> proofs, Func<ReleaseRules, ReleaseRules>? change = null,
        Situation? situation = null)
    {
        var rules = new ReleaseRules(ReleaseWhen.Proven, Copies: 1, Nights: 3, CountThisMachine: false);
        return ReleasePolicy.Decide(frame, proofs, change?.Invoke(rules) ?? rules, situation ?? Situation());
    }

    private static ReleaseRules TwoCopies(ReleaseRules rules) => rules with { Copies = 2 };

    private static Func<ReleaseRules, ReleaseRules> Releasing(ReleaseWhen when) => r => r with { When = when };

    private static Situation Situation() => new(Now, null, BelowLowWater: false, Configured, Awaited: []);

    private static CustodyProof? Make(string kind) => kind switch
    {
        "good" => Proof(),
        "no proof" => null,
        "other capture" => Proof() with { Subject = "01957b00-0000-7000-8000-000000000002" },
        "other cid" => Proof() with { Cid = OtherCid },
        "a session's" => Proof() with { SubjectKind = SubjectKind.Session },
        "expired" => Proof() with { ExpiresAt = Now },
        "from the future" => Proof() with { ProvenAt = Now.AddYears(3), ExpiresAt = Now.AddYears(3).AddDays(30) },
        "this machine" => Proof() with { OnThisMachine = true },
        "another place's" => Proof() with { Place = "wanda https://elsewhere.example" },
        "taken out" => Proof() with { Destination = "old", Place = "wanda https://old.example" },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static CustodyProof Proof(string destination = "altermundi", string domain = "community") => new()
    {
        Id = Guid.NewGuid().ToString(),
        SubjectKind = SubjectKind.Capture,
        Subject = Frame.Id.ToString(),
        Cid = Cid,
        Destination = destination,
        FailureDomain = domain,
        OnThisMachine = false,
        Method = ProofMethod.Possession,
        Bytes = 1,
        Digest = new string('a', 64),
        Endpoint = "https://pin.example.org",
        Place = Configured.First(d => d.Name == destination).Place,
        ProvenAt = Now.AddHours(-1),
        ExpiresAt = Now.AddDays(29),
    };
}
