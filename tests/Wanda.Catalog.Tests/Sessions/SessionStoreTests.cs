using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests.Sessions;

public sealed class SessionStoreTests : IAsyncLifetime
{
    private static readonly SessionName Night = new("night");
    private TestCatalogue _test = null!;

    public async Task InitializeAsync() => _test = await TestCatalogue.CreateAsync();

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Fact]
    public async Task A_session_ends_once_and_opens_again()
    {
        var ledger = _test.Catalogue.Ledger;
        await ledger.ApplyAsync(new Fact.SessionOpened(Night, SessionKind.Camera), default);
        Assert.True(await ledger.ApplyAsync(new Fact.SessionEnded(Night), default));
        Assert.False(await ledger.ApplyAsync(new Fact.SessionEnded(Night), default));
        await ledger.ApplyAsync(new Fact.SessionOpened(Night, SessionKind.Camera), default);
        Assert.Null((await _test.Catalogue.Sessions.FindAsync(Night, default))!.EndedAt);
    }

    [Fact]
    public async Task A_session_is_due_for_an_archive_while_frames_with_a_cid_are_not_in_it()
    {
        var capture = await _test.AddAsync();
        Assert.Empty(await _test.Catalogue.Sessions.DueForArchiveAsync(default));
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, "bafk", 1), default);
        Assert.Equal(Night, Assert.Single(await _test.Catalogue.Sessions.DueForArchiveAsync(default)).Name);
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Archived(Night, "bafy", 100, 1, PublishedHeaders.Written([])), default);
        Assert.Empty(await _test.Catalogue.Sessions.DueForArchiveAsync(default));
    }

    [Fact]
    public async Task Metadata_has_the_shape_of_the_seed_and_what_an_astronomer_needs()
    {
        var capture = await _test.AddAsync();
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, "bafk", 1), default);
        var session = (await _test.Catalogue.Sessions.FindAsync(Night, default))!;
        await SessionMetadata.Of(session, await _test.Catalogue.Captures.OfSessionAsync(Night, default)).WriteAsync(_test.Folder, default);

        using var json = System.Text.Json.JsonDocument.Parse(
            await File.ReadAllBytesAsync(SessionFolder.Metadata(_test.Folder)));
        Assert.Equal("night", json.RootElement.GetProperty("name").GetString());
        var image = Assert.Single(json.RootElement.GetProperty("images").EnumerateArray());
        Assert.Equal(1, image.GetProperty("number").GetInt32());
        Assert.Equal("bafk", image.GetProperty("cid").GetString());
        Assert.Equal(2.5, image.GetProperty("meta").GetProperty("exposureSeconds").GetDouble());
    }
}
