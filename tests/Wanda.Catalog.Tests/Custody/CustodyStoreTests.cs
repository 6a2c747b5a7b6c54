using Wanda.Custody;

namespace Wanda.Catalog.Tests.Custody;

public sealed class CustodyStoreTests : IAsyncLifetime
{
    private TestCatalogue _test = null!;

    public async Task InitializeAsync() => _test = await TestCatalogue.CreateAsync();

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Fact]
    public async Task A_proof_reads_back_whole_after_a_restart()
    {
        var capture = await _test.AddAsync();
        var proof = TestCatalogue.Proof(capture);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
        await _test.ReopenAsync();
        Assert.Equal(proof, Assert.Single(await _test.Catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), default)));
        Assert.Equal(proof, await _test.Catalogue.Custody.FindProofAsync("altermundi", proof.Subject, proof.Cid, default));
        Assert.Null(await _test.Catalogue.Custody.FindProofAsync("altermundi", proof.Subject, "bafkother", default));
    }

    [Fact]
    public async Task A_revoked_proof_is_gone_and_the_timeline_says_why()
    {
        var capture = await _test.AddAsync();
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(TestCatalogue.Proof(capture)), default);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Revoked("altermundi", capture.Id.ToString(), "block bafk... is missing"), default);
        Assert.Empty(await _test.Catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), default));
        var timeline = await _test.Catalogue.Events.OfAsync(capture.Id.ToString(), 100, default);
        Assert.Equal([EventKind.Saved, EventKind.Proven, EventKind.Lost], timeline.Select(e => e.Kind));
        Assert.Contains("is missing", timeline[^1].Detail);
    }

    [Fact]
    public async Task Counts_tell_proofs_on_this_machine_from_others()
    {
        var here = await _test.AddAsync();
        var away = await _test.AddAsync();
        foreach (var (capture, proof) in new[] { (here, TestCatalogue.Proof(here, here: true)), (away, TestCatalogue.Proof(away)) })
        {
            await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, proof.Cid, 1), default);
            await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
        }

        Assert.Equal(1, Assert.Single(await _test.Catalogue.Sessions.CountsAsync(countThisMachine: false, default)).Proven);
        Assert.Equal(2, Assert.Single(await _test.Catalogue.Sessions.CountsAsync(countThisMachine: true, default)).Proven);
    }

    [Fact]
    public async Task The_newest_proven_archive_of_each_session_is_what_is_published()
    {
        var capture = await _test.AddAsync();
        foreach (var cid in new[] { "bafyfirst", "bafysecond", "bafythird" })
        {
            await _test.Catalogue.Ledger.ApplyAsync(
                new Fact.Archived(capture.Session, cid, cid.Length, 1, PublishedHeaders.Written([])), default);
            if (cid != "bafythird")
            {
                await _test.Catalogue.Ledger.ApplyAsync(
                    new Fact.Proven(TestCatalogue.Proof(capture) with { SubjectKind = SubjectKind.Session, Subject = "night", Cid = cid }),
                    default);
            }
        }

        Assert.Equal(
            [new ProvenArchive { Session = capture.Session, DirectoryCid = "bafysecond", DirectoryBytes = 10 }],
            await _test.Catalogue.Custody.ProvenArchivesAsync(default));
        Assert.Equal(("bafythird", 3),
            ((await _test.Catalogue.Sessions.FindAsync(capture.Session, default))! is var s ? (s.DirectoryCid, s.Revision) : default));
    }

    [Fact]
    public async Task A_breaker_survives_a_restart()
    {
        var destinations = _test.Catalogue.Destinations;
        await destinations.PauseAsync(
            "altermundi", PauseCode.Outage, "503 Service Unavailable", DateTimeOffset.UnixEpoch.AddYears(60), default);
        await destinations.RegisterAsync([TestCatalogue.Configured("altermundi")], default);
        await _test.ReopenAsync();
        var paused = (await _test.Catalogue.Destinations.FindAsync("altermundi", default))!;
        Assert.Equal((DestinationState.Paused, "503 Service Unavailable", 1), (paused.State, paused.Reason, paused.Failures));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddYears(60), paused.NextTryAt);

        await _test.Catalogue.Destinations.SucceededAsync("altermundi", default);
        var open = (await _test.Catalogue.Destinations.FindAsync("altermundi", default))!;
        Assert.Equal((DestinationState.Open, null, 0), (open.State, open.Reason, open.Failures));
        Assert.Equal([EventKind.Paused, EventKind.Resumed],
            (await _test.Catalogue.Events.OfAsync("altermundi", 9, default)).Select(e => e.Kind));
    }

    [Fact]
    public async Task A_warning_is_noted_once_while_only_its_figures_change_and_goes_at_once()
    {
        var destinations = _test.Catalogue.Destinations;
        await destinations.WarnedAsync("altermundi", "9 bytes are left", default);
        await destinations.WarnedAsync("altermundi", "8 bytes are left", default);
        Assert.Equal("9 bytes are left", await WarningAsync());
        await destinations.WarnedAsync("altermundi", null, default);
        Assert.Null(await WarningAsync());

        async Task<string?> WarningAsync() => (await destinations.FindAsync("altermundi", default))!.Warning;
    }

    [Fact]
    public async Task The_same_failure_again_and_again_is_one_line()
    {
        for (var i = 0; i < 5; i++)
            await _test.Catalogue.Events.FailedAsync("x", "connection refused", default);
        Assert.Single(await _test.Catalogue.Events.OfAsync("x", 100, default));
    }
}
