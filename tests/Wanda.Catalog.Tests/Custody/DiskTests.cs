using Wanda.Custody;

namespace Wanda.Catalog.Tests.Custody;

/// <summary>Law 2: a proof counts only while the disk that it was read from is there.</summary>
public sealed class DiskTests : IAsyncLifetime
{
    private const string First = "11111111-1111-1111-1111-111111111111", Second = "22222222-2222-2222-2222-222222222222";
    private TestCatalogue _test = null!;

    public async Task InitializeAsync() => _test = await TestCatalogue.CreateAsync();

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Fact]
    public async Task A_disk_that_is_changed_while_it_is_read_proves_nothing_of_the_other()
    {
        var capture = await _test.AddAsync();
        var proof = TestCatalogue.Proof(capture) with { Disk = First };
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, proof.Cid, 1), default);
        await IsOnAsync(First);
        await IsOnAsync(Second);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default); // it was read to the end from the disk that was taken out
        Assert.Equal(0, await SafeAsync());
        await IsOnAsync(First);
        Assert.Equal(1, await SafeAsync());
        Assert.Equal(proof.Place, Assert.Single(await _test.Catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), default)).Place);
    }

    [Fact]
    public async Task The_first_look_takes_what_was_proven_before_disks_had_ids()
    {
        var capture = await _test.AddAsync();
        var proof = TestCatalogue.Proof(capture);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, proof.Cid, 1), default);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
        await IsOnAsync(First);
        Assert.Equal(1, await SafeAsync());
        await IsOnAsync(Second);
        Assert.Equal(0, await SafeAsync());
    }

    private Task IsOnAsync(string disk) => _test.Catalogue.Destinations.IsOnAsync("altermundi", disk, default);

    private async Task<int> SafeAsync() =>
        (await _test.Catalogue.Reports.SessionsAsync(0, 100, countThisMachine: false, default)).Sum(s => s.Counts.Safe);
}
