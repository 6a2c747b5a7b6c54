using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests.Reports;

public sealed class ReportStoreTests : IAsyncLifetime
{
    private TestCatalogue _test = null!;

    private ReportStore Reports => _test.Catalogue.Reports;

    public async Task InitializeAsync()
    {
        _test = await TestCatalogue.CreateAsync();
    }

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Fact]
    public async Task A_frame_is_shown_where_it_is_at_every_step_of_its_way()
    {
        var capture = await _test.AddAsync();
        Assert.Equal(CustodyState.Saved, await StateAsync(capture));

        var proof = TestCatalogue.Proof(capture);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, proof.Cid, 1), default);
        Assert.Equal(CustodyState.Added, await StateAsync(capture));

        await _test.Catalogue.Ledger.ApplyAsync(
            new Fact.Pushed(
                new RemotePin { Destination = "altermundi", Subject = proof.Subject, Cid = proof.Cid, PushedAt = TestCatalogue.Now }),
            default);
        Assert.Equal(CustodyState.Sent, await StateAsync(capture));

        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
        Assert.Equal(CustodyState.Proven, await StateAsync(capture));

        await ReleaseAsync(capture);
        Assert.Equal(CustodyState.Released, await StateAsync(capture));

        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Revoked("altermundi", proof.Subject, "a block is missing"), default);
        Assert.Equal(CustodyState.Lost, await StateAsync(capture));
        Assert.Equal(1, await Reports.CountFramesAsync(FrameFilter.Lost, null, false, default));
    }

    [Theory]
    [InlineData(null)] // taken out
    [InlineData("wanda https://elsewhere.example.org")] // points elsewhere
    public async Task A_freed_frame_of_a_place_that_is_not_configured_is_left_behind_and_not_lost(string? elsewhere)
    {
        var (left, safe, here) = (await ProvenAsync(), await ProvenAsync(), await ProvenAsync());
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(TestCatalogue.Proof(safe, "casa", "casa")), default);
        await ReleaseAsync(left);
        await ReleaseAsync(safe);
        var casa = TestCatalogue.Configured("casa");
        await _test.Catalogue.Destinations.RegisterAsync(
            elsewhere is null ? [casa] : [casa, TestCatalogue.Configured("altermundi", elsewhere)], default);
        Assert.Equal(CustodyState.LeftBehind, await StateAsync(left));
        Assert.Equal(CustodyState.Released, await StateAsync(safe));
        Assert.Equal(CustodyState.Added, await StateAsync(here));
        Assert.Equal("altermundi", (await Reports.FrameAsync(left.Id, false, default))!.Custody.WasOn);
        Assert.Equal([left.Id], (await FramesAsync(FrameFilter.LeftBehind)).Select(r => r.Capture.Id));
        Assert.Empty(await FramesAsync(FrameFilter.Lost));
        Assert.Equal([new() { Destination = "altermundi", Place = TestCatalogue.Configured("altermundi").Place, Frames = 1 }],
            await Reports.UnprovenAsync(false, default));
        Assert.Equal(0, await Reports.CountFramesAsync(FrameFilter.Lost, null, false, default));
        Assert.Equal(1, (await Reports.SessionsAsync(0, 1, false, default))[0].Counts.LeftBehind);

        await _test.Catalogue.Destinations.RegisterAsync([casa, TestCatalogue.Configured("altermundi")], default);
        Assert.Equal(CustodyState.Released, await StateAsync(left));
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Revoked("altermundi", left.Id.ToString(), "a block is missing"), default);
        Assert.Equal(CustodyState.Lost, await StateAsync(left));
    }

    [Fact]
    public async Task A_freed_frame_whose_proof_expired_is_due_and_not_lost_and_no_lying_clock_makes_it_so()
    {
        var capture = await ProvenAsync();
        await ReleaseAsync(capture);
        var expiry = TestCatalogue.Proof(capture).ExpiresAt;
        Assert.Equal(CustodyState.Released, await StateAsync(capture)); // today's clock is not on record as one to believe
        await _test.Catalogue.Node.SawTimeAsync(expiry.AddDays(-1), default);
        Assert.Equal(CustodyState.Released, await StateAsync(capture));
        await _test.Catalogue.Node.SawTimeAsync(expiry.AddDays(1), default);
        Assert.Equal(CustodyState.Expired, await StateAsync(capture));
        Assert.Equal((0, 1),
            (await Reports.CountFramesAsync(FrameFilter.Lost, null, false, default), (await Reports.ExpiredAsync(false, default)).Frames));
        Assert.Equal([capture.Id], (await FramesAsync(FrameFilter.Expired)).Select(r => r.Capture.Id));
    }

    [Fact]
    public async Task A_proof_of_another_cid_or_from_this_machine_makes_no_frame_safe()
    {
        var changed = await ProvenAsync();
        var here = await ProvenAsync(here: true);
        var other = await _test.AddAsync();
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(other.Id, "bafkother", 1), default);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(TestCatalogue.Proof(other)), default);

        Assert.Equal([(other.Id, CustodyState.Added), (here.Id, CustodyState.Near)],
            (await FramesAsync(FrameFilter.OnlyHere)).Select(r => (r.Capture.Id, r.Custody.State)));
        Assert.Equal([changed.Id], (await FramesAsync(FrameFilter.Safe)).Select(r => r.Capture.Id));
        Assert.Equal(2, await Reports.CountFramesAsync(FrameFilter.Safe, null, countThisMachine: true, default));
    }

    [Fact]
    public async Task Every_filter_finds_its_frames_and_no_others()
    {
        var saved = await _test.AddAsync();
        var kept = await ProvenAsync();
        var freed = await ProvenAsync();
        await ReleaseAsync(freed);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Previewed(kept.Id, null), default);
        var discarded = TestCatalogue.Capture() with { DiscardedAt = DateTimeOffset.UnixEpoch, DiscardReason = "clouds" };
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Saved(discarded), default);

        foreach (var (filter, expected) in new (FrameFilter, CaptureRecord[])[]
                 {
                     (FrameFilter.All, [discarded, freed, kept, saved]), (FrameFilter.OnlyHere, [saved]), (FrameFilter.Safe, [freed, kept]),
                     (FrameFilter.Kept, [kept]), (FrameFilter.Freed, [freed]), (FrameFilter.Lost, []),
                     (FrameFilter.NoPreview, [freed, saved]),
                     (FrameFilter.Discarded, [discarded]),
                 })
        {
            Assert.Equal(expected.Select(c => c.Id), (await FramesAsync(filter)).Select(r => r.Capture.Id));
            Assert.Equal(expected.Length, await Reports.CountFramesAsync(filter, null, false, default));
        }
    }

    [Fact]
    public async Task A_night_is_counted_from_its_first_moment_to_before_its_last()
    {
        var noon = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(new("night"), SessionKind.Camera), default);
        foreach (var at in new[] { noon.AddMilliseconds(-1), noon, noon.AddDays(1).AddMilliseconds(-1), noon.AddDays(1) })
        {
            var id = new CaptureId(Guid.CreateVersion7(at));
            await _test.Catalogue.Ledger.ApplyAsync(
                new Fact.Saved(TestCatalogue.Capture() with { Id = id, Path = $"night/{id}.fits", SizeBytes = 10 }), default);
        }

        var night = (await Reports.NightAsync(_ => (noon, noon.AddDays(1)), false, default))!;
        Assert.Equal((2, 2, 20L, 0),
            (night.Counts.Frames, night.Counts.OnlyHere, night.Counts.OnlyHereBytes, night.Counts.Safe));
        Assert.Equal(4, night.OnlyHere.OnlyHere);
    }

    [Fact]
    public async Task Each_destination_is_counted_by_distinct_frames()
    {
        var one = await ProvenAsync();
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(TestCatalogue.Proof(one)), default);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(TestCatalogue.Proof(one, "casa", "casa")), default);
        await ProvenAsync();
        Assert.Equal([("altermundi", 2), ("casa", 1)],
            (await Reports.NightAsync(_ => (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(500)), false, default))!.SafeOn
                .Select(d => (d.Destination, d.Frames)));
        Assert.Equal("altermundi, casa", (await Reports.FrameAsync(one.Id, false, default))!.Custody.SafeOn);
    }

    [Fact]
    public async Task The_pace_counts_frames_once_and_only_lately()
    {
        var one = await ProvenAsync();
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(TestCatalogue.Proof(one, "casa", "casa")), default);
        var pace = await Reports.PaceAsync(DateTimeOffset.UnixEpoch, false, default);
        Assert.Equal((1, one.SizeBytes, TestCatalogue.Proof(one).ProvenAt), (pace.Frames, pace.Bytes, pace.FirstProvenAt));
        Assert.Equal(0, (await Reports.PaceAsync(DateTimeOffset.UnixEpoch.AddYears(200), false, default)).Frames);
    }

    /// <summary>What the counts call safe, and nothing else, is what leaves this machine.</summary>
    [Fact]
    public async Task Pace_and_forecast_go_by_what_makes_a_frame_safe()
    {
        var since = DateTimeOffset.UnixEpoch;
        var near = await ProvenAsync(here: true);
        var other = await _test.AddAsync();
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(other.Id, "bafkother", 1), default);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(TestCatalogue.Proof(other)), default);
        Assert.Equal((0, 0L),
            ((await Reports.PaceAsync(since, false, default)).Frames, await Reports.SumProvenAsync(since, false, default)));
        Assert.Equal(near.SizeBytes, await Reports.SumProvenAsync(since, countThisMachine: true, default));

        await _test.Catalogue.Destinations.RegisterAsync(
            [TestCatalogue.Configured("altermundi"), TestCatalogue.Configured("casa")], default);
        var far = TestCatalogue.Proof(near, "casa", "casa");
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(far), default);
        Assert.Equal((1, near.SizeBytes),
            ((await Reports.PaceAsync(since, false, default)).Frames, await Reports.SumProvenAsync(since, false, default)));
        // One that was safe before makes no pace when another destination proves it as well.
        await _test.Catalogue.Ledger.ApplyAsync(
            new Fact.Proven(TestCatalogue.Proof(near) with { ProvenAt = far.ProvenAt.AddHours(1) }), default);
        Assert.Equal(0, await Reports.SumProvenAsync(far.ProvenAt.AddSeconds(1), false, default));
    }

    [Fact]
    public async Task Trouble_is_shown_until_something_works_again()
    {
        var capture = await _test.AddAsync();
        await _test.Catalogue.Events.FailedAsync(capture.Id.ToString(), "the disk does not answer", default);
        Assert.Equal("the disk does not answer", (await Reports.FrameAsync(capture.Session, 1, false, default))!.Custody.Trouble);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, "bafk", 1), default);
        Assert.Null((await Reports.FrameAsync(capture.Id, false, default))!.Custody.Trouble);
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repetition()
    {
        for (var i = 0; i < 7; i++)
            await _test.AddAsync();
        var first = await Reports.FramesAsync(FrameFilter.All, new("night"), null, 4, false, default);
        var second = await Reports.FramesAsync(FrameFilter.All, new("night"), first[^1].Capture.Id, 4, false, default);
        Assert.Equal(7, first.Concat(second).Select(r => r.Capture.Id).Distinct().Count());
        Assert.Empty(await Reports.FramesAsync(FrameFilter.All, new("other"), null, 4, false, default));
    }

    [Fact]
    public async Task Sessions_are_listed_with_their_counts_even_when_they_are_empty()
    {
        var capture = await ProvenAsync();
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(new("empty"), SessionKind.Watched), default);
        await _test.Catalogue.Ledger.ApplyAsync(
            new Fact.Archived(new("night"), "bafynight", 100, 1, PublishedHeaders.Written([])), default);
        await _test.Catalogue.Ledger.ApplyAsync(
            new Fact.Proven(TestCatalogue.Proof(capture) with { SubjectKind = SubjectKind.Session, Subject = "night", Cid = "bafynight" }),
            default);

        var rows = await Reports.SessionsAsync(0, 10, false, default);
        Assert.Equal(2, rows.Count);
        Assert.Equal(0, rows.Single(r => r.Session.Name.Value == "empty").Counts.Frames);
        var night = (await Reports.SessionAsync(new("night"), false, default))!;
        Assert.Equal((1, 1, "altermundi"), (night.Counts.Frames, night.Counts.Safe, night.ArchiveSafeOn));
        Assert.Single(await Reports.SessionsAsync(1, 10, false, default));
        Assert.Null(await Reports.SessionAsync(new("unknown"), false, default));
    }

    [Fact]
    public async Task An_empty_catalogue_is_counted_as_empty()
    {
        var from = DateTimeOffset.UnixEpoch;
        Assert.Null(await Reports.NightAsync(at => (at, at), false, default));
        Assert.Equal(new CustodyCounts(), await Reports.OnlyHereAsync(false, default));
        Assert.Equal(new ProvenPace(), await Reports.PaceAsync(from, false, default));
        Assert.Equal(0, await Reports.CountFramesAsync(FrameFilter.Lost, null, false, default));
        Assert.Empty(await Reports.SessionsAsync(0, 10, false, default));
        Assert.Empty(await FramesAsync(FrameFilter.All));
    }

    private async Task<CaptureRecord> ProvenAsync(bool here = false)
    {
        var capture = await _test.AddAsync();
        var proof = TestCatalogue.Proof(capture, here: here);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, proof.Cid, 1), default);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
        return capture;
    }

    private Task ReleaseAsync(CaptureRecord capture) => _test.ReleaseAsync(capture);

    private async Task<CustodyState> StateAsync(CaptureRecord capture) =>
        (await Reports.FrameAsync(capture.Id, false, default))!.Custody.State;

    private Task<IReadOnlyList<FrameRow>> FramesAsync(FrameFilter filter) => Reports.FramesAsync(filter, null, null, 100, false, default);
}
