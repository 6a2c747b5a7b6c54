using System.Security.Cryptography;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>A node's own Kubo: it ends up with what the node has, and with nothing that the node has not.</summary>
[Trait("Rerun", "Never")]
public sealed class GoKuboMirrorTests : IAsyncLifetime
{
    private readonly GoKubo _daemon = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-mirror-");
    private BlockStore _store = null!;
    private EmbeddedNode _node = null!;

    public async Task InitializeAsync()
    {
        await _daemon.InitializeAsync();
        _store = await BlockStore.OpenAsync(Path.Combine(_folder.FullName, "store"), TimeProvider.System);
        _node = new(_store);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _daemon.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task One_frame_that_cannot_be_handed_over_keeps_no_other_from_being_unpinned()
    {
        await using var kubo = await _daemon.FoundAsync();
        using var mirror = MirrorOf(kubo);
        var released = await AddAsync("released");
        await mirror.RunAsync();
        await AddAsync("gone");
        File.Delete(PathOf("gone"));
        await _node.UnpinAsync("released");

        var state = await mirror.RunAsync();

        Assert.Contains("gone.fits is gone", state.Problem);
        Assert.Null(await kubo.Client.Pins.FindAsync(released));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_block_that_rots_or_goes_is_found_and_given_again(bool gone)
    {
        await using var kubo = await _daemon.FoundAsync();
        using var mirror = MirrorOf(kubo);
        var frame = await AddAsync("frame");
        await mirror.RunAsync();
        var leaf = (await _store.ListAsync(frame).ToListAsync())[^1];
        if (gone)
            File.Delete(_daemon.FileOf(leaf.Cid));
        else
            await File.WriteAllBytesAsync(_daemon.FileOf(leaf.Cid), new byte[leaf.Length]);

        Assert.Equal(0, (await mirror.RunAsync()).Waiting);

        Assert.Empty(await new KuboIntake(kubo.Client).ReadBackAsync([leaf], default));
        Assert.Equal(PinMode.Recursive, (await kubo.Client.Pins.FindAsync(frame))!.Value.Mode);
    }

    [SkippableFact]
    public async Task Another_repository_at_the_address_is_filled_again_sessions_and_all()
    {
        var frame = await AddAsync("frame");
        var session = await _node.AddDirectoryAsync([new("frame.fits", frame, 1)],
            new Dictionary<string, ReadOnlyMemory<byte>> { ["metadata.json"] = new byte[100] }, "session");
        await using (var kubo = await _daemon.FoundAsync())
        {
            using var mirror = MirrorOf(kubo);
            Assert.Equal((0, null), Left(await mirror.RunAsync()));
        }

        await _daemon.ReplaceAsync();

        await using var other = await _daemon.FoundAsync();
        using var again = MirrorOf(other);
        Assert.Equal((0, null), Left(await again.RunAsync()));
        Assert.Equal((PinMode.Recursive, "frame"), await PinOfAsync(other, frame));
        foreach (var block in session.Blocks)
            Assert.Equal((PinMode.Direct, "session"), await PinOfAsync(other, block.Cid));
    }

    [SkippableFact]
    public async Task His_pin_on_our_frame_keeps_its_name_and_stays_when_we_release()
    {
        await using var kubo = await _daemon.FoundAsync();
        using var mirror = MirrorOf(kubo);
        var frame = await AddAsync("frame");
        await _daemon.RunAsync([], "add", "-Q", "--pin-name=his", "--cid-version=1", "--raw-leaves", "--chunker=size-1048576",
            "--max-file-links=1024", PathOf("frame"));
        Assert.Equal((PinMode.Recursive, "his"), await PinOfAsync(kubo, frame));
        var leaf = (await _store.ListAsync(frame).ToListAsync())[^1];
        File.Delete(_daemon.FileOf(leaf.Cid));

        await mirror.RunAsync();
        Assert.Empty(await new KuboIntake(kubo.Client).ReadBackAsync([leaf], default));
        await _node.UnpinAsync("frame");
        await mirror.RunAsync();

        Assert.Equal((PinMode.Recursive, "his"), await PinOfAsync(kubo, frame));
    }

    [SkippableFact]
    public async Task Without_room_nothing_is_handed_over_and_what_is_released_goes_all_the_same()
    {
        await using var kubo = await _daemon.FoundAsync();
        string? full = null;
        using var mirror = MirrorOf(kubo, _ => new(full));
        var released = await AddAsync("released");
        await mirror.RunAsync();
        full = "There is no room.";
        var waits = await AddAsync("waits");
        await _node.UnpinAsync("released");

        Assert.Equal((1, full), Left(await mirror.RunAsync()));
        Assert.Null(await kubo.Client.Pins.FindAsync(released));
        full = null;
        Assert.Equal((0, null), Left(await mirror.RunAsync()));
        Assert.Equal((PinMode.Recursive, "waits"), await PinOfAsync(kubo, waits));
    }

    private static (int, string?) Left(KuboMirrorState state) => (state.Waiting, state.Problem);

    private static async Task<(PinMode, string?)> PinOfAsync(KuboServer kubo, Cid cid) =>
        await kubo.Client.Pins.FindAsync(cid) is { } pin ? (pin.Mode, pin.Name) : throw new InvalidOperationException($"{cid} has no pin.");

    private KuboMirror MirrorOf(KuboServer kubo, Func<CancellationToken, ValueTask<string?>>? room = null) =>
        new(_store, kubo.Client, TimeProvider.System, new() { ReadBackEvery = TimeSpan.Zero, Room = room });

    private string PathOf(string name) => Path.Combine(_folder.FullName, $"{name}.fits");

    private async Task<Cid> AddAsync(string name)
    {
        await File.WriteAllBytesAsync(PathOf(name), RandomNumberGenerator.GetBytes(2_500_000));
        return (await _node.AddFileAsync(PathOf(name), name)).Root;
    }
}
