using Wanda.Custody;

namespace Wanda.Catalog.Tests.Custody;

/// <summary>Law 2: a proof counts only while its destination is configured as the place that gave it.</summary>
public sealed class PlaceTests : IAsyncLifetime
{
    private TestCatalogue _test = null!;

    public async Task InitializeAsync() => _test = await TestCatalogue.CreateAsync();

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Fact]
    public async Task A_proof_counts_while_its_place_is_configured_and_again_when_it_is_back()
    {
        var capture = await ProvenAsync();
        Assert.Equal(1, await SafeAsync());
        await RegisterAsync(TestCatalogue.Configured("altermundi", "wanda https://elsewhere.example.org"));
        Assert.Equal(0, await SafeAsync());
        Assert.NotNull(await OpenDoorAsync(capture));
        await RegisterAsync();
        Assert.Equal(0, await SafeAsync());
        Assert.NotNull(await OpenDoorAsync(capture));
        await RegisterAsync(TestCatalogue.Configured("altermundi"));
        Assert.Equal(1, await SafeAsync());
        // It was out of sight: before anything is freed by what it proved then, it is asked once more.
        Assert.NotNull(await OpenDoorAsync(capture));
        await _test.Catalogue.Ledger.ApplyAsync(
            new Fact.Proven(TestCatalogue.Proof(capture) with { ProvenAt = TestCatalogue.Now, ExpiresAt = TestCatalogue.Now.AddDays(30) }),
            default);
        Assert.Null(await OpenDoorAsync(capture, newest: 1));
    }

    [Fact]
    public async Task What_it_took_is_sent_anew_where_it_points_now()
    {
        var capture = await ProvenAsync();
        await RegisterAsync(TestCatalogue.Configured("altermundi", "wanda https://elsewhere.example.org"));
        Assert.Null(await _test.Catalogue.Custody.FindPushAsync("altermundi", capture.Id.ToString(), default));
        Assert.Equal([capture.Id], (await _test.Catalogue.Captures.UnprovenAtAsync("altermundi", null, 10, default)).Select(c => c.Id));
        Assert.Equal([capture.Id], (await _test.Catalogue.Captures.UntakenAtAsync("altermundi", null, 10, default)).Select(c => c.Id));
    }

    [Fact]
    public async Task A_new_name_takes_the_copies_of_its_place_along_and_no_others()
    {
        var capture = await ProvenAsync();
        await RegisterAsync(TestCatalogue.Configured("home", TestCatalogue.Configured("altermundi").Place));
        Assert.Equal("home", Assert.Single(await _test.Catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), default)).Destination);
        Assert.NotNull(await _test.Catalogue.Custody.FindPushAsync("home", capture.Id.ToString(), default));
        Assert.Equal(1, await SafeAsync());
        Assert.Null(await _test.Catalogue.Destinations.FindAsync("altermundi", default));
    }

    [Theory]
    [InlineData("altermundi", "home")] // its name stands for another place now, and it has a new one
    [InlineData("altermundi", "casa")] // the two were exchanged
    [InlineData("new", "casa")] // it has the name that another gave up
    public async Task A_place_keeps_its_copies_when_its_name_stands_for_another(string elsewhere, string there)
    {
        var capture = await ProvenAsync();
        var place = TestCatalogue.Configured("altermundi").Place;
        await RegisterAsync(
            TestCatalogue.Configured(elsewhere, TestCatalogue.Configured("casa").Place), TestCatalogue.Configured(there, place));
        Assert.Equal(there, Assert.Single(await _test.Catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), default)).Destination);
        Assert.Equal(1, await SafeAsync());
    }

    [Fact]
    public async Task A_place_that_comes_back_after_its_name_went_elsewhere_has_its_copies()
    {
        var capture = await ProvenAsync();
        await RegisterAsync(TestCatalogue.Configured("altermundi", "wanda https://elsewhere.example.org"));
        await RegisterAsync(TestCatalogue.Configured("altermundi", "wanda https://elsewhere.example.org"),
            TestCatalogue.Configured("before", TestCatalogue.Configured("altermundi").Place));
        Assert.Equal("before", Assert.Single(await _test.Catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), default)).Destination);
        Assert.Equal(1, await SafeAsync());
        Assert.Single(await DueAsync("before")); // it was not asked for anything meanwhile
    }

    [Theory]
    [InlineData("altermundi", true)]
    [InlineData("home", true)]
    [InlineData("home", false)]
    public async Task What_was_away_is_asked_again_at_once_and_what_has_a_new_name_is_not(string name, bool away)
    {
        await ProvenAsync();
        if (away)
            await RegisterAsync();
        await RegisterAsync(TestCatalogue.Configured(name, TestCatalogue.Configured("altermundi").Place));
        Assert.Equal(away ? 1 : 0, (await DueAsync(name)).Count);
    }

    [Theory]
    [InlineData("wanda https://elsewhere.example.org", false)]
    [InlineData(null, false)] // taken out
    [InlineData("wanda https://altermundi.example.org", true)]
    public async Task A_pause_ends_with_the_place_that_it_is_of(string? place, bool stays)
    {
        await _test.Catalogue.Destinations.PauseAsync("altermundi", PauseCode.Outage, "503", TestCatalogue.Now.AddHours(6), default);
        await _test.Catalogue.Destinations.WarnedAsync("altermundi", "its token ends", default);
        await RegisterAsync(place is null ? [] : [TestCatalogue.Configured("altermundi", place)]);
        var known = (await _test.Catalogue.Destinations.FindAsync("altermundi", default))!;
        Assert.Equal((stays ? DestinationState.Paused : DestinationState.Open, stays ? 1 : 0), (known.State, known.Failures));
        Assert.Equal((stays, stays, stays), (known.NextTryAt is not null, known.PausedSince is not null, known.Warning is not null));
        Assert.Equal(stays, known.MovedAt is null);
        await _test.Catalogue.Destinations.ArrivedAsync("altermundi", default);
        known = (await _test.Catalogue.Destinations.FindAsync("altermundi", default))!;
        Assert.Equal((null, stays ? "503" : null), (known.MovedAt, known.Reason));
    }

    [Fact]
    public async Task A_new_name_does_not_end_a_doubt()
    {
        var capture = await ProvenAsync();
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Doubted(TestCatalogue.Proof(capture), TimeSpan.FromDays(30)), default);
        await RegisterAsync(TestCatalogue.Configured("home", TestCatalogue.Configured("altermundi").Place));
        Assert.NotNull(await OpenDoorAsync(capture));
    }

    [Fact]
    public async Task An_older_versions_proof_is_of_the_place_where_it_was_asked()
    {
        var (one, other) = (await _test.AddAsync(), await _test.AddAsync());
        foreach (var (capture, endpoint) in new[] { (one, "https://pin.example.org/"), (other, "https://was.example.org/") })
        {
            var proof = TestCatalogue.Proof(capture) with { Place = null, Endpoint = endpoint };
            await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, proof.Cid, 1), default);
            await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
        }

        Assert.Equal(0, await SafeAsync());
        await RegisterAsync(TestCatalogue.Configured("altermundi") with { WasAskedAt = e => e == "https://pin.example.org/" });
        Assert.Equal(1, await SafeAsync());
        Assert.Equal([other.Id], (await _test.Catalogue.Captures.UnprovenAtAsync("altermundi", null, 10, default)).Select(c => c.Id));
    }

    [Fact]
    public async Task The_write_that_opens_the_door_looks_at_the_file_last()
    {
        var capture = await ProvenAsync();
        Assert.Equal($"{DoorCode.FileChanged}: {capture.Path}", await OpenDoorAsync(capture, inPlace: false));
        Assert.Null((await _test.Catalogue.Captures.FindAsync(capture.Id, default))!.ReleasingAt);
        Assert.Null(await OpenDoorAsync(capture));
        Assert.NotNull(await OpenDoorAsync(capture)); // it is open: whoever comes second opens none
    }

    private Task<IReadOnlyList<CustodyProof>> DueAsync(string name) => _test.Catalogue.Audits.DueAsync(
        name, TestCatalogue.Now, DateTimeOffset.UnixEpoch.AddYears(500), TestCatalogue.Now, 10, default);

    private Task RegisterAsync(params ConfiguredDestination[] configured) =>
        _test.Catalogue.Destinations.RegisterAsync(configured, default);

    private async Task<int> SafeAsync() =>
        (await _test.Catalogue.Reports.SessionsAsync(0, 100, countThisMachine: false, default)).Sum(s => s.Counts.Safe);

    private async Task<string?> OpenDoorAsync(CaptureRecord capture, bool inPlace = true, int newest = int.MaxValue) =>
        await _test.Catalogue.Ledger.OpenDoorAsync(
            new DoorRequest((await _test.Catalogue.Captures.FindAsync(capture.Id, default))!,
                [.. (await _test.Catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), default)).Take(newest)],
                CountThisMachine: false, () => inPlace), default);

    private async Task<CaptureRecord> ProvenAsync()
    {
        var capture = await _test.AddAsync();
        var proof = TestCatalogue.Proof(capture);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, proof.Cid, 1), default);
        await _test.Catalogue.Ledger.ApplyAsync(
            new Fact.Pushed(
                new RemotePin { Destination = "altermundi", Subject = proof.Subject, Cid = proof.Cid, PushedAt = TestCatalogue.Now }),
            default);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
        return capture;
    }
}
