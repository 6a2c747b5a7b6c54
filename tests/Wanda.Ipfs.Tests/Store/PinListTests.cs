using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Store;

/// <summary>Pins that say themselves what they keep, the notes beside them, and what the collector remembers.</summary>
public sealed class PinListTests : IAsyncLifetime
{
    private static readonly Block Leaf = Block.Create(Codec.Raw, "a leaf"u8.ToArray());
    private static readonly Block Inner = Node(Leaf.Cid);
    private static readonly Block Root = Node(Inner.Cid);

    private readonly TemporaryFolder _folder = new();
    private BlockStore _store = null!;

    public async Task InitializeAsync() => _store = await BlockStore.OpenAsync(_folder.Path, TimeProvider.System);

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(Codec.Libp2pKey)]
    [InlineData(Codec.Raw)]
    public async Task The_collector_remembers_whole_cids(Codec codec)
    {
        await PutAsync(batch => batch.Pin("stranger", Cid.V1(codec, Inner.Cid.Hash), PinMode.Recursive));
        await PutAsync(batch => batch.Pin("owner", Root.Cid, PinMode.Recursive));

        Assert.Equal(new(0, 0, 0), await _store.CollectAsync() with { Kept = 0 });
        Assert.NotNull(await _store.FindAsync(Leaf.Cid, default));
    }

    [Fact]
    public async Task A_list_is_kept_whatever_of_it_can_still_be_followed_and_nothing_else_is()
    {
        var garbage = Block.Create(Codec.Raw, "garbage"u8.ToArray());
        await PutAsync(batch => batch.Pin("owner", Root.Cid, PinMode.Recursive, [Root.Cid, Inner.Cid, Leaf.Cid]), garbage);
        File.Delete(Directory.GetFiles(_folder.Path, "*.block", SearchOption.AllDirectories)
            .Single(f => Inner.Cid.Matches(File.ReadAllBytes(f))));

        Assert.Equal((1, 2), await _store.CollectAsync() is var result ? (result.Removed, result.Kept) : default);
        Assert.NotNull(await _store.FindAsync(Leaf.Cid, default));
        Assert.Equal([Root.Cid, Inner.Cid, Leaf.Cid], await _store.ListedAsync("owner"));
    }

    [Fact]
    public async Task A_list_may_name_what_is_not_here_and_restating_it_replaces_it()
    {
        var elsewhere = Cid.V1(Codec.Raw, Multihash.Sha256("elsewhere"u8));
        await PutAsync(_ => { });
        await _store.PinListAsync("owner", Root.Cid, PinMode.Recursive, [Root.Cid, Inner.Cid, elsewhere]);
        await _store.PinListAsync("owner", Root.Cid, PinMode.Recursive, [Root.Cid]);

        Assert.Equal((2, 1), await _store.CollectAsync() is var result ? (result.Removed, result.Kept) : default);
    }

    [Fact]
    public async Task What_is_not_to_be_kept_of_a_batch_does_not_become_part_of_the_store()
    {
        await using var batch = _store.Begin();
        foreach (var block in new[] { Root, Inner, Leaf })
            await batch.PutAsync(block);

        batch.KeepOnly([Root.Cid, Leaf.Cid]);
        await batch.CommitAsync();

        Assert.Null(await _store.FindAsync(Inner.Cid, default));
        Assert.Equal(2, (await _store.StatAsync()).Blocks);
    }

    [Fact]
    public async Task A_note_lives_as_long_as_the_owners_claims()
    {
        await PutAsync(batch =>
        {
            batch.Pin("one", Root.Cid, PinMode.Recursive);
            batch.Note("one", "first");
        });
        await _store.NoteAsync("one", "second");
        await _store.DisposeAsync();
        _store = await BlockStore.OpenAsync(_folder.Path, TimeProvider.System);

        Assert.Equal("second", await _store.NoteOfAsync("one"));
        Assert.True((await _store.OwnersAsync())["one"]);
        await _store.UnpinAsync("one");
        Assert.Null(await _store.NoteOfAsync("one"));
        Assert.Empty(await _store.OwnersAsync());
    }

    private static Block Node(params Cid[] links) =>
        Block.Create(Codec.DagPb, new DagPbNode([.. links.Select(l => new DagPbLink("", l, 1))], default).Encode());

    private async Task PutAsync(Action<BlockBatch> claim, params Block[] more)
    {
        await using var batch = _store.Begin();
        foreach (var block in new[] { Root, Inner, Leaf }.Concat(more))
            await batch.PutAsync(block);
        claim(batch);
        await batch.CommitAsync();
    }
}
