using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests;

/// <summary>Facts change the rows and the timeline together, once, whoever tells them.</summary>
public sealed class LedgerTests : IAsyncLifetime
{
    private static readonly SessionName Night = new("night");
    private static readonly SessionName Run = new("night_M31");
    private static readonly string Cid = TestCatalogue.Proof(TestCatalogue.Capture()).Cid;
    private TestCatalogue _test = null!;

    public async Task InitializeAsync() => _test = await TestCatalogue.CreateAsync();

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    /// <summary>Every fact that there is.</summary>
    public static TheoryData<string> Kinds => new(Facts(TestCatalogue.Capture()).Select(f => f.GetType().Name));

    [Fact]
    public void Every_fact_is_told_here() => Assert.Equal(
        typeof(Fact).GetNestedTypes().Select(t => t.Name).Order(), Facts(TestCatalogue.Capture()).Select(f => f.GetType().Name).Order());

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_fact_that_is_told_twice_is_one(string kind)
    {
        var frame = await _test.AddAsync();
        var facts = Facts(frame);
        var fact = facts.Single(f => f.GetType().Name == kind);
        await BeforeAsync(frame, fact);
        await _test.Catalogue.Ledger.ApplyAsync([fact], default);
        var once = await StateAsync(frame);
        await _test.Catalogue.Ledger.ApplyAsync([fact], default);
        // An archive is made once for each time that it is told: its revision says which.
        if (fact is not Fact.Archived)
            Assert.Equal(once, await StateAsync(frame));
    }

    /// <summary>What lay in place has a file of its own, and goes as another original does; freed first, it is one as well.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_frame_in_place_becomes_one_with_an_original(bool isCopied)
    {
        await _test.AddAsync();
        var frame = await _test.Catalogue.Ledger.ApplyAsync(
            new Fact.Saved(TestCatalogue.Capture("night", "night/in-place.fits", 9) with { Original = OriginalState.InPlace }), default);
        Assert.Equal(frame.Id, Assert.Single(await _test.Catalogue.Originals.InPlaceAsync(null, 10, default)));
        if (isCopied)
        {
            await _test.Catalogue.Ledger.ApplyAsync(new Fact.FileLost(frame.Id, "moved"), default);
            Assert.True(await _test.Catalogue.Ledger.ApplyAsync(
                new Fact.CopiedOut(frame.Id, 7, 8, OriginalCopied.OpenedForWriting), default));
            Assert.False(await _test.Catalogue.Ledger.ApplyAsync(
                new Fact.CopiedOut(frame.Id, 9, 9, OriginalCopied.OpenedForWriting), default));
        }
        else
        {
            var released = new Fact.Released(frame.Id, TestCatalogue.Now);
            await BeforeAsync(frame, released);
            Assert.True(await _test.Catalogue.Ledger.ApplyAsync(released, default));
        }

        var row = (await _test.Catalogue.Captures.FindAsync(frame.Id, default))!;
        Assert.Equal(OriginalState.Here, row.Original);
        if (isCopied)
            Assert.Equal((7L, 8L, null), (row.ModifiedNs, row.Inode, row.FileLostAt));
        Assert.Empty(await _test.Catalogue.Originals.InPlaceAsync(null, 10, default));
    }

    [Fact]
    public async Task Of_facts_that_are_told_together_all_are_known_or_none()
    {
        var frame = await _test.AddAsync();
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(frame.Id, Cid, 100), default);
        var before = await StateAsync(frame);
        await Assert.ThrowsAsync<CatalogueConflictException>(() => _test.Catalogue.Ledger.ApplyAsync(
            [new Fact.Pushed(Pin(frame)), new Fact.Proven(TestCatalogue.Proof(frame)), new Fact.Added(frame.Id, "bafkother", 100)],
            default));
        Assert.Equal(before, await StateAsync(frame));
    }

    [Fact]
    public async Task What_is_told_along_comes_before_what_is_told_after_it_and_is_there_when_the_file_is_closed()
    {
        var frame = await _test.AddAsync();
        _test.Catalogue.Ledger.ApplyAlong(new Fact.Pushed(Pin(frame)));
        Assert.True(
            await _test.Catalogue.Ledger.ApplyAsync(new Fact.PushForgotten("altermundi", $"{frame.Id}", Cid, "not there"), default));
        _test.Catalogue.Ledger.ApplyAlong(new Fact.Added(frame.Id, Cid, 100));
        await _test.ReopenAsync();
        Assert.Equal(Cid, (await _test.Catalogue.Captures.FindAsync(frame.Id, default))!.Cid);
    }

    private static List<Fact> Facts(CaptureRecord frame)
    {
        var subject = $"{frame.Id}";
        var proof = TestCatalogue.Proof(frame);
        return
        [
            new Fact.Saved(frame), new Fact.Identified(frame with { Source = "camera", SourceKey = "1.2.3.4.5.6" }),
            new Fact.Reclaimed(frame, "1.2.3.4.5.6", RawName.FromText("a.fits")),
            new Fact.Tied(frame.Id, CaptureId.New(TimeProvider.System)),
            new Fact.Added(frame.Id, Cid, 100), new Fact.Previewed(frame.Id, null), new Fact.Held(frame.Id, "a reason"),
            new Fact.DoorShut(frame.Id, "decided anew"), new Fact.Released(frame.Id, TestCatalogue.Now),
            new Fact.Recalled(frame.Id, 1, 2, "back"), new Fact.FileLost(frame.Id, "missing"), new Fact.FileFound(frame.Id, 1, 2),
            new Fact.Adopted(frame.Id), new Fact.CopiedOut(frame.Id, 1, 2, OriginalCopied.MovedAway),
            new Fact.OriginalSettled(frame.Id, OriginalState.Freed), new Fact.OriginalHeld(frame.Id, "Changed"),
            new Fact.Discarded(frame.Id, TestCatalogue.Now, "ana", "clouds"), new Fact.Erased(frame.Id), new Fact.Pushed(Pin(frame)),
            new Fact.PushForgotten(proof.Destination, subject, Cid, "not there"), new Fact.Proven(proof),
            new Fact.Audited(proof with { Id = "renewed" }), new Fact.Revoked(proof.Destination, subject, "a block is missing"),
            new Fact.Doubted(proof, TimeSpan.FromDays(30)), new Fact.AllDoubted(), new Fact.Unpinned(Pin(frame), "gone"),
            new Fact.SessionOpened(Night, SessionKind.Camera), new Fact.SessionEnded(Night),
            new Fact.RunSeen(Run, "pi", RawName.FromText("M31"), Night, TestCatalogue.Now),
            new Fact.RunTold(Run, new ApplicationReport { Status = "completed", ImagesCaptured = 20 }, IsLast: true),
            new Fact.NumbersGiven(Night, 7), new Fact.Archived(Night, "bafynight", 100, 1, ""),
            new Fact.NameSigned(new IpnsState { Name = "k51", RootCid = "bafyroot", Sequence = 3, SignedAt = TestCatalogue.Now }),
        ];
    }

    /// <summary>What must be so before a fact can be.</summary>
    private async Task BeforeAsync(CaptureRecord frame, Fact fact)
    {
        var ledger = _test.Catalogue.Ledger;
        await ledger.ApplyAsync(new Fact.Added(frame.Id, Cid, 100), default);
        if (fact is Fact.DoorShut or Fact.Released or Fact.Recalled or Fact.PushForgotten or Fact.Revoked or Fact.Doubted or Fact.AllDoubted
            or Fact.Audited or Fact.Unpinned)
        {
            await ledger.ApplyAsync([new Fact.Pushed(Pin(frame)), new Fact.Proven(TestCatalogue.Proof(frame))], default);
        }

        if (fact is Fact.DoorShut or Fact.Released or Fact.Recalled)
        {
            var row = (await _test.Catalogue.Captures.FindAsync(frame.Id, default))!;
            var proofs = await _test.Catalogue.Custody.ProofsOfAsync($"{frame.Id}", default);
            Assert.Null(await ledger.OpenDoorAsync(new DoorRequest(row, proofs, CountThisMachine: false, () => true), default));
        }

        if (fact is Fact.RunTold)
            await ledger.ApplyAsync(new Fact.RunSeen(Run, "pi", RawName.FromText("M31"), Night, TestCatalogue.Now), default);
        if (fact is Fact.OriginalSettled or Fact.OriginalHeld)
            await ledger.ApplyAsync(new Fact.Adopted(frame.Id), default);
        if (fact is Fact.Erased)
            await ledger.ApplyAsync(new Fact.Discarded(frame.Id, TestCatalogue.Now, "ana", "clouds"), default);
    }

    private async Task<string> StateAsync(CaptureRecord frame)
    {
        var row = await _test.Catalogue.Captures.FindAsync(frame.Id, default);
        var proofs = await _test.Catalogue.Custody.ProofsOfAsync($"{frame.Id}", default);
        return $"{row} {string.Join(' ', proofs)} {await _test.Catalogue.Sessions.FindAsync(Night, default)} "
            + $"{await _test.Catalogue.Sessions.FindAsync(Run, default)} "
            + await _test.Catalogue.Events.NewestAsync(default);
    }

    private static RemotePin Pin(CaptureRecord frame) => new()
    {
        Destination = "altermundi",
        Subject = $"{frame.Id}",
        Cid = Cid,
        PushedAt = TestCatalogue.Now,
    };
}
