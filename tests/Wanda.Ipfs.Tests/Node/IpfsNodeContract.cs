using System.Security.Cryptography;
using System.Text;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Node;

/// <summary>What every <see cref="IIpfsNode"/> does, whoever keeps the blocks.</summary>
public abstract class IpfsNodeContract : IAsyncLifetime
{
    private const int FrameSize = 5 * 1024 * 1024 + 123;

    private readonly byte[] _content = RandomNumberGenerator.GetBytes(FrameSize); // A daemon may hold what earlier runs added.
    private readonly TemporaryFolder _folder = new();

    private protected string Folder => _folder.Path;

    private protected IIpfsNode Node { get; private set; } = null!;

    private protected abstract Task<IIpfsNode> OpenAsync();

    private protected abstract Task CloseAsync();

    private protected abstract Task CollectAsync();

    private protected virtual async Task<bool> LacksAsync(Cid cid) => await Node.FindAsync(cid, CancellationToken.None) is null;

    public async Task InitializeAsync() => Node = await OpenAsync();

    public async Task DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task A_file_gets_the_CID_of_its_bytes_and_is_read_back()
    {
        var ours = await new UnixFsImporter(UnixFsProfile.UnixFsV1_2025).ImportAsync(new MemoryStream(_content));

        var added = await Node.AddFileAsync(_folder.File("frame.fits", _content), "capture-1");

        Assert.Equal(new AddedFile(ours.Root, ours.Size, ours.DagSize, ours.Leaves + ours.Nodes), added);
        Assert.Equal(_content, await Node.ReadFileAsync(added.Root));
        Assert.Equal(added.DagSize, (await Node.ListAsync(added.Root).ToListAsync()).Sum(b => (long)b.Length));
        await Node.UnpinAsync("capture-1");
    }

    [SkippableFact]
    public async Task What_is_added_again_is_dropped_at_once()
    {
        string path = _folder.File("frame.fits", _content);

        var first = await Node.AddFileAsync(path, "capture-1");
        Assert.Equal(first, await Node.AddFileAsync(path, "capture-1"));
        await Node.UnpinAsync("capture-1");
        await Node.UnpinAsync("capture-1");
        await CollectAsync();

        await Assert.ThrowsAsync<BlockNotFoundException>(() => Node.GetAsync(first.Root));
        Assert.True(await LacksAsync(first.Root));
    }

    [SkippableFact]
    public async Task Equal_files_of_two_owners_are_kept_until_the_last_lets_go()
    {
        var one = await Node.AddFileAsync(_folder.File("dark-1.fits", _content), "capture-1");
        await Node.AddFileAsync(_folder.File("dark-2.fits", _content), "capture-2");

        await Node.UnpinAsync("capture-2");
        await CollectAsync();
        Assert.Equal(_content, await Node.ReadFileAsync(one.Root));

        await Node.UnpinAsync("capture-1");
        await CollectAsync();
        await Assert.ThrowsAsync<BlockNotFoundException>(() => Node.GetAsync(one.Root));
    }

    [SkippableFact]
    public async Task A_directory_outlives_the_files_it_links_to()
    {
        byte[] metadata = Encoding.UTF8.GetBytes($$"""{"name":"{{Guid.NewGuid()}}"}""");
        var frame = await Node.AddFileAsync(_folder.File("frame.fits", _content), "capture-1");
        var directory = await Node.AddDirectoryAsync(
            [new("0001.fits", frame.Root, frame.DagSize)],
            new Dictionary<string, ReadOnlyMemory<byte>> { ["metadata.json"] = metadata }, "session-1");

        await Node.UnpinAsync("capture-1");
        await CollectAsync();

        Assert.True(await LacksAsync(frame.Root));
        Assert.Equal(["0001.fits", "metadata.json"], await UnixFsReader.ListAsync(Node, directory.Root).Select(e => e.Name).ToListAsync());
        Assert.Equal(metadata, await Node.ReadFileAsync((await UnixFsReader.ResolveAsync(Node, directory.Root, "metadata.json")).Cid));
        await Node.UnpinAsync("session-1");
        await CollectAsync();
        Assert.True(await LacksAsync(directory.Root));
    }

    [SkippableFact]
    public async Task A_path_in_a_name_is_a_directory_within_and_is_kept_with_it()
    {
        var frame = await Node.AddFileAsync(_folder.File("frame.fits", _content), "capture-1");
        DagPbLink[] one = [new("1.fits", frame.Root, frame.DagSize), new("2.fits", frame.Root, frame.DagSize)];
        var within = await Node.AddDirectoryAsync(one, new Dictionary<string, ReadOnlyMemory<byte>>(), "within");
        var expected = await Node.AddDirectoryAsync(
            [new("0.fits", frame.Root, frame.DagSize), new("L", within.Root, within.DagSize)],
            new Dictionary<string, ReadOnlyMemory<byte>> { ["metadata.json"] = "{}"u8.ToArray() }, "expected");

        var paths = await Node.AddDirectoryAsync(
            [new("0.fits", frame.Root, frame.DagSize), .. one.Select(l => l with { Name = $"L/{l.Name}" })],
            new Dictionary<string, ReadOnlyMemory<byte>> { ["metadata.json"] = "{}"u8.ToArray() }, "paths");

        Assert.Equal((expected.Root, expected.DagSize), (paths.Root, paths.DagSize));
        Assert.Equal(paths.Root, paths.Blocks[0].Cid);
        Assert.Contains(within.Root, paths.Blocks.Select(b => b.Cid));
        await Node.UnpinAsync("within");
        await Node.UnpinAsync("expected");
        await Node.UnpinAsync("capture-1");
        await CollectAsync();
        Assert.Equal(["1.fits", "2.fits"], await UnixFsReader.ListAsync(Node, within.Root).Select(e => e.Name).ToListAsync());
        await Node.UnpinAsync("paths");
    }

    [SkippableFact]
    public async Task A_small_file_that_is_a_frame_as_well_is_kept_with_either()
    {
        byte[] small = RandomNumberGenerator.GetBytes(100);
        var frame = await Node.AddFileAsync(_folder.File("small.fits", small), "capture-1");
        await Node.AddDirectoryAsync([], new Dictionary<string, ReadOnlyMemory<byte>> { ["small"] = small }, "session-1");

        await Node.UnpinAsync("capture-1");
        File.Delete(Path.Combine(_folder.Path, "small.fits"));
        await CollectAsync();

        Assert.Equal(small, await Node.GetAsync(frame.Root));
        await Node.UnpinAsync("session-1");
    }

    [SkippableFact]
    public async Task A_file_that_is_being_written_is_refused_and_leaves_no_pin()
    {
        string path = _folder.File("frame.fits", RandomNumberGenerator.GetBytes(4 * FrameSize));
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

        var refused = await Assert.ThrowsAsync<FileChangedException>(() => Node.AddFileAsync(path, "capture-1"));

        await done.CancelAsync();
        await writer;
        Assert.Equal(path, refused.Path);
    }

    [SkippableFact]
    public async Task Bytes_that_are_not_those_that_were_meant_are_not_added()
    {
        string path = _folder.File("frame.fits", _content);
        var meant = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_content));
        var flipped = _content.ToArray();
        flipped[^1] ^= 1;
        string other = _folder.File("flipped.fits", flipped);

        var refused = await Assert.ThrowsAsync<FileContentException>(() => Node.AddFileAsync(other, "capture-1", meant, default));

        Assert.Equal(other, refused.Path);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(flipped)), refused.Sha256);
        var added = await Node.AddFileAsync(path, "capture-1", meant, default);
        Assert.Equal(await Node.AddFileAsync(path, "capture-2"), added);
    }

    [SkippableFact]
    public async Task What_cannot_be_read_or_was_cancelled_is_told()
    {
        string path = _folder.File("frame.fits", _content);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Node.AddFileAsync(path, "capture-1", new CancellationToken(true)));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Node.AddFileAsync(path + ".gone", "capture-1"));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Node.AddDirectoryAsync([], new Dictionary<string, ReadOnlyMemory<byte>> { ["a/../b"] = new byte[1] }, "session-1"));
    }

    [SkippableFact]
    public async Task An_empty_file_has_a_cid_and_can_be_read()
    {
        var added = await Node.AddFileAsync(_folder.File("empty.fits", []), "capture-1");

        Assert.Equal("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", added.Root.ToString());
        Assert.Empty(await Node.ReadFileAsync(added.Root));
        await Node.UnpinAsync("capture-1");
    }
}
