using System.Text;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Node;

public sealed class EmbeddedNodeTests : IAsyncLifetime
{
    private const int FrameSize = 5 * 1024 * 1024 + 123;

    private readonly TemporaryFolder _folder = new();
    private BlockStore _store = null!;
    private EmbeddedNode _node = null!;

    public async Task InitializeAsync()
    {
        _store = await BlockStore.OpenAsync(Path.Combine(_folder.Path, "store"), TimeProvider.System);
        _node = new(_store);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    public static TheoryData<string> Profiles => ["unixfs-v1-2025", "cid-v1", "cid-v0"];

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task A_file_is_served_from_where_it_lies(string profile)
    {
        byte[] content = TemporaryFolder.RandomBytes(1, FrameSize);
        string path = _folder.File("frame.fits", content);
        var node = new EmbeddedNode(_store, UnixFsProfile.Parse(profile));

        var added = await node.AddFileAsync(path, "capture-1");

        Assert.Equal(FrameSize, added.Size);
        Assert.Equal(content, await node.ReadFileAsync(added.Root));
        var stat = await _store.StatAsync();
        Assert.Equal(1, stat.Blocks); // The root; leaves were not copied.
        Assert.Equal(FrameSize, stat.ReferencedBytes);
        var blocks = await node.ListAsync(added.Root).ToListAsync();
        Assert.Equal(added.Blocks, blocks.Count);
        Assert.Equal(added.DagSize, blocks.Sum(b => (long)b.Length));
    }

    [Fact]
    public async Task Adding_again_changes_nothing()
    {
        string path = _folder.File("frame.fits", TemporaryFolder.RandomBytes(1, FrameSize));

        var first = await _node.AddFileAsync(path, "capture-1");
        var second = await _node.AddFileAsync(path, "capture-1");

        Assert.Equal(first, second);
        Assert.Single(await _store.PinsAsync());
        Assert.Equal(1, (await _store.StatAsync()).Files);
    }

    [Fact]
    public async Task Equal_frames_of_two_captures_stand_for_themselves()
    {
        byte[] dark = TemporaryFolder.RandomBytes(1, FrameSize);
        var one = await _node.AddFileAsync(_folder.File("dark-1.fits", dark), "capture-1");
        var two = await _node.AddFileAsync(_folder.File("dark-2.fits", dark), "capture-2");
        Assert.Equal(one.Root, two.Root);

        await _node.UnpinAsync("capture-2");
        File.Delete(Path.Combine(_folder.Path, "dark-2.fits"));
        await _store.CollectAsync();

        Assert.Equal(dark, await _node.ReadFileAsync(one.Root));
        Assert.Equal("capture-1", Assert.Single(await _store.PinsAsync()).Owner);
    }

    [Fact]
    public async Task A_reference_that_broke_falls_to_the_next()
    {
        byte[] dark = TemporaryFolder.RandomBytes(1, FrameSize);
        var added = await _node.AddFileAsync(_folder.File("dark-1.fits", dark), "capture-1");
        await _node.AddFileAsync(_folder.File("dark-2.fits", dark), "capture-2");
        File.Delete(Path.Combine(_folder.Path, "dark-2.fits"));

        Assert.Equal(dark, await _node.ReadFileAsync(added.Root));
    }

    [Fact]
    public async Task A_file_that_is_gone_or_changed_is_named_and_never_served()
    {
        string path = _folder.File("frame.fits", TemporaryFolder.RandomBytes(1, FrameSize));
        var added = await _node.AddFileAsync(path, "capture-1");
        await using (var file = File.OpenWrite(path))
        {
            file.Position = 100;
            file.WriteByte(0);
            file.WriteByte(0);
        }

        var changed = await Assert.ThrowsAsync<BlockNotFoundException>(() => _node.ReadFileAsync(added.Root));
        Assert.True(changed.Damaged);
        Assert.Contains(path, changed.Message);

        File.Delete(path);
        var gone = await Assert.ThrowsAsync<BlockNotFoundException>(() => _node.ReadFileAsync(added.Root));
        Assert.Contains("is gone", gone.Message);
        await Assert.ThrowsAsync<BlockNotFoundException>(async () => await _node.ListAsync(added.Root).ToListAsync());
    }

    [Fact]
    public async Task A_path_with_new_content_replaces_what_its_owner_had()
    {
        string path = _folder.File("frame.fits", TemporaryFolder.RandomBytes(1, FrameSize));
        await _node.AddFileAsync(path, "capture-1");
        byte[] newer = TemporaryFolder.RandomBytes(2, FrameSize);
        File.WriteAllBytes(path, newer);

        var added = await _node.AddFileAsync(path, "capture-1");

        Assert.Equal(added.Root, Assert.Single(await _store.PinsAsync()).Cid);
        Assert.Equal(newer, await _node.ReadFileAsync(added.Root));
    }

    [Fact]
    public async Task A_directory_outlives_the_files_it_links_to()
    {
        byte[] metadata = Encoding.UTF8.GetBytes("""{"name":"night"}""");
        string path = _folder.File("frame.fits", TemporaryFolder.RandomBytes(1, FrameSize));
        var frame = await _node.AddFileAsync(path, "capture-1");
        var directory = await _node.AddDirectoryAsync(
            [new("0001.fits", frame.Root, frame.DagSize)],
            new Dictionary<string, ReadOnlyMemory<byte>> { ["metadata.json"] = metadata }, "session-1");

        await _node.UnpinAsync("capture-1");
        File.Delete(path);
        var collected = await _store.CollectAsync();

        Assert.Equal(1, collected.Removed); // The frame's root.
        var entries = await UnixFsReader.ListAsync(_node, directory.Root).ToListAsync();
        Assert.Equal(["0001.fits", "metadata.json"], entries.Select(e => e.Name));
        Assert.Equal(frame.Root, entries[0].Cid);
        var found = await UnixFsReader.ResolveAsync(_node, directory.Root, "metadata.json");
        Assert.Equal(metadata, await _node.ReadFileAsync(found.Cid));
        Assert.Equal(2, directory.Blocks.Count);
        await Assert.ThrowsAsync<PathNotFoundException>(() => UnixFsReader.ResolveAsync(_node, directory.Root, "0002.fits"));
    }

    [Fact]
    public async Task A_large_directory_is_sharded_listed_and_resolved()
    {
        var x = Block.Create(Codec.Raw, "x"u8.ToArray());
        var links = Enumerable.Range(0, 6000).Select(i => new DagPbLink($"frame-{i:d6}.fits", x.Cid, 1)).ToList();

        var directory = await _node.AddDirectoryAsync(links, new Dictionary<string, ReadOnlyMemory<byte>> { ["x"] = x.Data }, "session-1");
        await _store.CollectAsync();

        Assert.True(directory.Blocks.Count > 100);
        var listed = await UnixFsReader.ListAsync(_node, directory.Root).ToListAsync();
        Assert.Equal(links.Select(l => l.Name).Append("x").Order(StringComparer.Ordinal),
            listed.Select(l => l.Name).Order(StringComparer.Ordinal));
        foreach (int i in new[] { 0, 17, 5999 })
            Assert.Equal(x.Cid, (await UnixFsReader.ResolveAsync(_node, directory.Root, $"/frame-{i:d6}.fits")).Cid);
        await Assert.ThrowsAsync<PathNotFoundException>(() => UnixFsReader.ResolveAsync(_node, directory.Root, "frame-006000.fits"));
    }

    [Fact]
    public async Task A_file_that_is_being_written_is_refused()
    {
        string path = _folder.File("frame.fits", TemporaryFolder.RandomBytes(1, 4 * FrameSize));
        using var done = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var writer = Task.Run(() =>
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 0);
            while (!done.IsCancellationRequested)
            {
                file.Write([1, 2, 3]);
                started.TrySetResult();
            }
        });
        await started.Task;

        var refused = await Assert.ThrowsAsync<FileChangedException>(() => _node.AddFileAsync(path, "capture-1"));

        await done.CancelAsync();
        await writer;
        Assert.Equal(path, refused.Path);
        Assert.Empty(await _store.PinsAsync());
    }

    [Fact]
    public async Task What_cannot_be_read_or_was_cancelled_leaves_nothing()
    {
        string path = _folder.File("frame.fits", TemporaryFolder.RandomBytes(1, FrameSize));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _node.AddFileAsync(path, "capture-1", new CancellationToken(true)));
        await Assert.ThrowsAsync<FileNotFoundException>(() => _node.AddFileAsync(path + ".gone", "capture-1"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _node.AddDirectoryAsync(
            [], new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = new byte[1] }, "session-1",
            cancellationToken: new CancellationToken(true)));

        Assert.Equal(default, await _store.StatAsync());
    }

    [Fact]
    public async Task An_empty_file_has_a_cid_and_can_be_read()
    {
        var added = await _node.AddFileAsync(_folder.File("empty.fits", []), "capture-1");

        Assert.Equal("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", added.Root.ToString());
        Assert.Empty(await _node.ReadFileAsync(added.Root));
    }

    [Fact]
    public async Task Possession_is_the_same_on_both_sides_and_needs_every_byte()
    {
        byte[] content = TemporaryFolder.RandomBytes(1, FrameSize);
        string path = _folder.File("frame.fits", content);
        var added = await _node.AddFileAsync(path, "capture-1");
        byte[] nonce = TemporaryFolder.RandomBytes(9, 32);
        var order = (await _node.ListAsync(added.Root).ToListAsync()).ConvertAll(b => b.Cid);

        byte[] ours = await PossessionDigest.ComputeAsync(_node, nonce, order);

        byte[] plain = [.. nonce, .. await _node.GetAsync(added.Root), .. content];
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(plain), ours);
        Assert.NotEqual(ours, await PossessionDigest.ComputeAsync(_node, TemporaryFolder.RandomBytes(8, 32), order));
        File.Delete(path);
        await Assert.ThrowsAsync<BlockNotFoundException>(() => PossessionDigest.ComputeAsync(_node, nonce, order));
        await Assert.ThrowsAsync<ArgumentException>(() => PossessionDigest.ComputeAsync(_node, nonce.AsMemory(0, 15), order));
    }
}
