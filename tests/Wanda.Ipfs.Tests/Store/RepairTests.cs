using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Store;

/// <summary>After a power cut or a bad disk: what is damaged is found, and made good from the frame or from a copy elsewhere.</summary>
public sealed class RepairTests : IAsyncLifetime
{
    private const int FrameSize = 3 * 1024 * 1024 + 77;

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _content = TemporaryFolder.RandomBytes(4, FrameSize);
    private BlockStore _store = null!;

    public async Task InitializeAsync() => _store = await BlockStore.OpenAsync(Path.Combine(_folder.Path, "store"), TimeProvider.System);

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    public static TheoryData<string, int> Damages
    {
        get
        {
            var damages = new TheoryData<string, int>();
            foreach (string profile in new[] { "unixfs-v1-2025", "cid-v1", "cid-v0" })
            {
                damages.Add(profile, 0); // an empty file, as a power cut leaves it
                damages.Add(profile, 20); // half written
                damages.Add(profile, -1); // gone
            }

            return damages;
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Nodes_are_made_again_from_the_frame(string profile, int length)
    {
        var node = new EmbeddedNode(_store, UnixFsProfile.Parse(profile));
        var frame = await node.AddFileAsync(_folder.File("frame.fits", _content), "capture-1");
        Damage(length);
        await Assert.ThrowsAsync<BlockNotFoundException>(() => node.ReadFileAsync(frame.Root));

        var repair = await _store.RepairAsync();

        Assert.Contains(repair.Found.Findings, f => f.Owner == "capture-1" && f.Cid == frame.Root);
        Assert.Equal((1, 0, 0), (repair.Rebuilt, repair.Fetched, repair.Remaining.Count));
        Assert.Equal(_content, await node.ReadFileAsync(frame.Root));
        Assert.Empty((await _store.VerifyAsync()).Findings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // it was added again meanwhile: both references are there
    public async Task A_file_that_was_moved_serves_where_it_lies_now(bool added)
    {
        var node = new EmbeddedNode(_store);
        var path = _folder.File("frame.fits", _content);
        var frame = await node.AddFileAsync(path, "capture-1");
        var other = await node.AddFileAsync(_folder.File("other.fits", [1, 2, 3]), "capture-2");
        var now = _folder.File("elsewhere.fits", _content);
        File.Delete(path);
        if (added)
            await node.AddFileAsync(now, "capture-1");
        Assert.NotEmpty((await _store.VerifyAsync()).Findings);
        for (int run = 0; run < 2; run++)
        {
            Assert.Equal(1 - run,
                await _store.RelocateAsync((owner, old, _) => Task.FromResult(owner == "capture-1" && old == path ? now : null)));
        }

        Assert.Empty((await _store.VerifyAsync()).Findings);
        Assert.Equal(2, (await _store.StatAsync()).Files);
        Assert.Equal(_content, await node.ReadFileAsync(frame.Root));
        Assert.Equal([1, 2, 3], await node.ReadFileAsync(other.Root));
        Assert.Equal(2, (await _store.PinsAsync()).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_no_file_has_comes_from_elsewhere(bool changed)
    {
        var node = new EmbeddedNode(_store);
        string path = _folder.File("frame.fits", _content);
        var frame = await node.AddFileAsync(path, "capture-1");
        var elsewhere = new MemoryBlocks();
        await new UnixFsImporter(UnixFsProfile.UnixFsV1_2025).ImportAsync(new MemoryStream(_content), elsewhere);
        Damage(0);
        if (changed)
        {
            byte[] other = [.. _content];
            other[2_000_000] ^= 1;
            File.WriteAllBytes(path, other);
        }
        else
        {
            File.Delete(path);
        }

        var alone = await _store.RepairAsync();
        var repair = await _store.RepairAsync(_ => new Copy(elsewhere));

        Assert.NotEmpty(alone.Remaining);
        Assert.Equal((changed ? 2 : 5, 0), (repair.Fetched, repair.Remaining.Count));
        Assert.Equal(_content, await node.ReadFileAsync(frame.Root));
        Assert.Empty((await _store.VerifyAsync()).Findings);
    }

    [Fact]
    public async Task A_directory_comes_from_elsewhere_and_what_it_links_to_is_not_asked_for()
    {
        var node = new EmbeddedNode(_store);
        var elsewhere = new MemoryBlocks();
        var link = Block.Create(Codec.Raw, _content.AsMemory(0, 100)).Cid;
        var directory = await node.AddDirectoryAsync([new("a", link, 100)],
            new Dictionary<string, ReadOnlyMemory<byte>> { ["b"] = new byte[50] }, "session-1");
        await foreach (var block in node.BlocksAsync(directory.Blocks.Select(b => b.Cid)))
            elsewhere.Put(block);
        Damage(0);

        var repair = await _store.RepairAsync(_ => new Copy(elsewhere));

        Assert.Equal((2, 0), (repair.Fetched, repair.Remaining.Count));
        Assert.Empty((await _store.VerifyAsync()).Findings);
    }

    [Fact]
    public async Task A_sound_store_is_left_as_it_is_and_a_liar_is_not_believed()
    {
        var node = new EmbeddedNode(_store);
        string path = _folder.File("frame.fits", _content);
        await node.AddFileAsync(path, "capture-1");
        var sound = await _store.RepairAsync(_ => new Copy(new Liar()));
        Assert.Equal((0, 0, 0), (sound.Rebuilt, sound.Fetched, sound.Remaining.Count));

        File.Delete(path);
        var repair = await _store.RepairAsync(_ => new Copy(new Liar()));

        Assert.Equal(0, repair.Fetched);
        Assert.Contains("sent other bytes", Assert.Single(repair.Remaining.Take(1)).Detail);
    }

    [Fact]
    public async Task Each_pin_that_lacks_a_block_is_asked_for_by_itself_and_its_copy_is_closed()
    {
        var node = new EmbeddedNode(_store);
        var elsewhere = new MemoryBlocks();
        foreach (string name in new[] { "a", "b", "c" })
        {
            byte[] content = [.. _content, (byte)name[0]];
            await node.AddFileAsync(_folder.File($"{name}.fits", content), name);
            await new UnixFsImporter(UnixFsProfile.UnixFsV1_2025).ImportAsync(new MemoryStream(content), elsewhere);
        }

        File.Delete(Path.Combine(_folder.Path, "a.fits"));
        File.Delete(Path.Combine(_folder.Path, "c.fits"));
        var opened = new Dictionary<string, Copy>();

        var repair = await _store.RepairAsync(pin => opened[pin.Owner] = new Copy(elsewhere));

        Assert.Empty(repair.Remaining);
        Assert.Equal(["a", "c"], opened.Keys.Order());
        Assert.All(opened.Values, c => Assert.True(c.Closed));
    }

    // Every stored block; -1 deletes it.
    private void Damage(int length)
    {
        foreach (string path in Directory.GetFiles(Path.Combine(_store.Root, "blocks"), "*.block", SearchOption.AllDirectories))
        {
            if (length < 0)
                File.Delete(path);
            else
                File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);
        }
    }

    private sealed class Copy(IBlockSource blocks) : ICopy
    {
        public bool Closed { get; private set; }

        public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken) =>
            blocks.ReadAsync(cid, buffer, cancellationToken);

        public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => blocks.FindAsync(cid, cancellationToken);

        public ValueTask DisposeAsync()
        {
            Closed = true;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Liar : IBlockSource
    {
        public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            try
            {
                return ValueTask.FromResult(Block.Verify(cid, new byte[100]));
            }
            catch (BlockMismatchException e)
            {
                throw new BlockNotFoundException(cid, "it sent other bytes.", damaged: true, e);
            }
        }

        public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => ValueTask.FromResult<int?>(100);
    }
}
