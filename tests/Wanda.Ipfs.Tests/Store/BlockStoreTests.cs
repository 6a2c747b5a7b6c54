using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Store;

public sealed class BlockStoreTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private BlockStore _store = null!;

    private string Root => Path.Combine(_folder.Path, "store");

    public async Task InitializeAsync() => _store = await BlockStore.OpenAsync(Root, TimeProvider.System);

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_committed_is_there_after_reopening()
    {
        var block = await PutAsync(_store, 1, "owner");
        await _store.DisposeAsync();

        _store = await BlockStore.OpenAsync(Root, TimeProvider.System);

        Assert.Equal(block.Data.ToArray(), await _store.GetAsync(block.Cid));
        Assert.Equal(block.Data.Length, await _store.FindAsync(block.Cid, default));
        Assert.Equal(("owner", block.Cid, PinMode.Direct), Assert.Single((await _store.PinsAsync()).Select(p => (p.Owner, p.Cid, p.Mode))));
    }

    [Fact]
    public async Task A_batch_that_is_not_committed_leaves_nothing()
    {
        var block = Make(1);
        await using (var batch = _store.Begin())
        {
            await batch.PutAsync(block);
            batch.Pin("owner", block.Cid, PinMode.Direct);
            Assert.Equal(block.Data.ToArray(), await batch.GetAsync(block.Cid));
            Assert.Null(await _store.FindAsync(block.Cid, default));
        }

        await Assert.ThrowsAsync<BlockNotFoundException>(() => _store.GetAsync(block.Cid));
        Assert.Empty(await _store.PinsAsync());
        Assert.Empty(Directory.GetFiles(Root, "*.block", SearchOption.AllDirectories));
    }

    [SkippableFact]
    public async Task A_block_that_is_let_go_again_was_not_written_out_before()
    {
        Skip.IfNot(File.Exists("/proc/thread-self/io"), "only Linux tells what was never written out");
        var block = Block.Create(Codec.Raw, TemporaryFolder.RandomBytes(1, 1 << 20));
        string control = Path.Combine(_folder.Path, "control");
        await using var batch = _store.Begin();
        var (seen, spared) = (false, false);
        // Somebody else may flush the disk just then.
        for (int i = 0; i < 20 && !spared; i++)
        {
            long before = Spared();
            using (var file = File.OpenHandle(control, FileMode.CreateNew, FileAccess.Write))
                RandomAccess.Write(file, block.Data.Span, 0);
            File.Delete(control);
            seen |= Spared() > before;

            before = Spared();
            await batch.PutAsync(block); // on this thread, whose bytes are counted: it writes as it is called
            batch.KeepOnly([]);
            spared = Spared() - before >= block.Data.Length;
        }

        Skip.IfNot(seen, "this file system does not count what was never written out");
        Assert.True(spared);
    }

    [Theory]
    [InlineData(0)] // torn by a power cut
    [InlineData(10)] // cut short
    [InlineData(-1)] // a bit flipped
    public async Task A_damaged_block_is_reported_set_aside_and_healed_by_putting_it_again(int length)
    {
        var block = await PutAsync(_store, 1, "owner");
        Damage(block, length);

        var error = await Assert.ThrowsAsync<BlockNotFoundException>(() => _store.GetAsync(block.Cid));

        Assert.True(error.Damaged);
        Assert.Contains("store/blocks", error.Message);
        Assert.Single(Directory.GetFiles(Path.Combine(Root, "quarantine")));
        Assert.Null(await _store.FindAsync(block.Cid, default));
        await PutAsync(_store, 1, "owner");
        Assert.Equal(block.Data.ToArray(), await _store.GetAsync(block.Cid));
    }

    [Fact]
    public async Task Verification_names_every_damage_and_ends_clean_after_repair()
    {
        var node = new EmbeddedNode(_store);
        string gone = _folder.File("gone.fits", TemporaryFolder.RandomBytes(1, 3 << 20));
        string torn = _folder.File("torn.fits", TemporaryFolder.RandomBytes(2, 3 << 20));
        await node.AddFileAsync(gone, "capture-1");
        var second = await node.AddFileAsync(torn, "capture-2");
        var foreign = await PutAsync(_store, 3, "upload");
        Assert.Empty((await _store.VerifyAsync()).Findings);

        File.Delete(gone);
        File.WriteAllBytes(PathOf(second.Root), []);
        Damage(foreign, -1);
        var findings = (await _store.VerifyAsync()).Findings;

        Assert.Contains(findings, f => f.Owner == "capture-1" && f.Detail.Contains("gone.fits"));
        Assert.Contains(findings, f => f.Owner == "capture-2" && f.Cid == second.Root);
        Assert.Contains(findings, f => f.Owner == "upload" && f.Cid == foreign.Cid);

        await node.UnpinAsync("capture-1");
        await node.AddFileAsync(torn, "capture-2"); // The file is still there: its node is made again.
        await PutAsync(_store, 3, "upload");
        Assert.Empty((await _store.VerifyAsync()).Findings);
    }

    [Fact]
    public async Task Collection_keeps_what_is_pinned_and_removes_the_rest()
    {
        var kept = await PutAsync(_store, 1, "one");
        var shared = await PutAsync(_store, 2, "one");
        await PutAsync(_store, 2, "two");
        var garbage = await PutAsync(_store, 3, null);

        var first = await _store.CollectAsync();
        Assert.Equal(new(1, garbage.Data.Length, 2), first);

        await _store.UnpinAsync("one");
        Assert.Equal(1, (await _store.CollectAsync()).Removed);
        Assert.Equal(shared.Data.ToArray(), await _store.GetAsync(shared.Cid));
        await Assert.ThrowsAsync<BlockNotFoundException>(() => _store.GetAsync(kept.Cid));
        var stat = await _store.StatAsync();
        Assert.Equal((1, shared.Data.Length, 1), (stat.Blocks, stat.Bytes, stat.Pins));
    }

    [Fact]
    public async Task Collection_refuses_while_a_pinned_dag_has_a_gap()
    {
        var blocks = new MemoryBlocks();
        var file = await new UnixFsImporter(UnixFsProfile.CidV1 with { ChunkSize = 100, MaxLinks = 3 })
            .ImportAsync(new MemoryStream(TemporaryFolder.RandomBytes(1, 1000)), blocks);
        var inner = DagPbNode.Decode(blocks.Blocks[file.Root]).Links[0].Cid;
        await using (var batch = _store.Begin())
        {
            foreach (var (cid, bytes) in blocks.Blocks)
                await batch.PutAsync(Block.Verify(cid, bytes));
            batch.Pin("capture-1", file.Root, PinMode.Recursive);
            await batch.CommitAsync();
        }

        File.Delete(PathOf(inner));

        var refused = await Assert.ThrowsAsync<IncompletePinException>(() => _store.CollectAsync());

        Assert.Equal("capture-1", refused.Pin.Owner);
        Assert.Equal(blocks.Blocks.Count - 1, (await _store.StatAsync()).Blocks);
        await Assert.ThrowsAsync<BlockNotFoundException>(() => _store.PinAsync("other", file.Root, PinMode.Recursive));
        await _store.PinAsync("other", file.Root, PinMode.Direct);
        await _store.UnpinAsync("capture-1");
        Assert.Equal(1, (await _store.CollectAsync()).Kept);
    }

    [Fact]
    public async Task Collections_beside_writers_never_remove_what_was_promised()
    {
        // Two stores on one folder stand for two processes; contents repeat, so that a writer often puts what is garbage just then.
        await using var other = await BlockStore.OpenAsync(Root, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 2).Select(w => Task.Run(async () =>
        {
            var random = new Random(w);
            var store = w == 0 ? other : _store;
            for (int i = 0; i < 60; i++)
            {
                await using var batch = store.Begin();
                for (int n = 0; n < 25; n++)
                {
                    var block = Make(random.Next(200));
                    await batch.PutAsync(block);
                    batch.Pin($"{w}-{i}", block.Cid, PinMode.Direct);
                }

                await batch.CommitAsync();
                await store.UnpinAsync($"{w}-{i - 2}");
            }
        })).ToArray();
        long removed = 0;
        var collector = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                removed += (await other.CollectAsync()).Removed;
        });
        await Task.WhenAll(writers);
        await stop.CancelAsync();
        await collector;

        Assert.True(removed > 0);
        Assert.NotEmpty(await _store.PinsAsync());
        Assert.Empty((await _store.VerifyAsync()).Findings);
    }

    [Fact]
    public async Task An_identity_cid_needs_no_storage()
    {
        var cid = Cid.V1(Codec.Raw, Multihash.Identity("hello"u8));

        Assert.Equal("hello"u8.ToArray(), await _store.GetAsync(cid));
        Assert.Equal(5, await _store.FindAsync(cid, default));
    }

    private static Block Make(int seed) => Block.Create(Codec.Raw, TemporaryFolder.RandomBytes(seed, 1000 + seed));

    private static async Task<Block> PutAsync(BlockStore store, int seed, string? owner)
    {
        var block = Make(seed);
        await using var batch = store.Begin();
        await batch.PutAsync(block);
        if (owner is not null)
            batch.Pin(owner, block.Cid, PinMode.Direct);
        await batch.CommitAsync();
        return block;
    }

    private string PathOf(Cid cid) => Directory.GetFiles(
        Path.Combine(Root, "blocks"), Multibase.Encode(cid.Hash.Bytes, MultibaseEncoding.Base32)[1..] + ".block",
        SearchOption.AllDirectories).Single();

    private void Damage(Block block, int length)
    {
        string path = PathOf(block.Cid);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[5] ^= 4;
        File.WriteAllBytes(path, length < 0 ? bytes : bytes[..length]);
    }

    /// <summary>How many bytes this thread has dropped before they were written out.</summary>
    private static long Spared() => long.Parse(
        File.ReadLines("/proc/thread-self/io").Single(l => l.StartsWith("cancelled_write_bytes", StringComparison.Ordinal)).Split(' ')[1],
        System.Globalization.CultureInfo.InvariantCulture);
}
