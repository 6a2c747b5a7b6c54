using System.Security.Cryptography;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>What Kubo itself is given is there when it is believed, whatever became of its files.</summary>
[Collection("Go Kubo")]
public sealed class GoKuboIntakeTests(GoKubo daemon) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-intake-");
    private BlockStore _store = null!;
    private EmbeddedNode _node = null!;
    private KuboServer _kubo = null!;
    private KuboIntake _intake = null!;

    public async Task InitializeAsync()
    {
        _store = await BlockStore.OpenAsync(Path.Combine(_folder.FullName, "store"), TimeProvider.System);
        _node = new(_store);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        if (_kubo is not null)
            await _kubo.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [SkippableTheory]
    [InlineData("deleted", 0)]
    [InlineData("deleted", 2)]
    [InlineData("emptied", 0)]
    [InlineData("emptied", 2)]
    [InlineData("flipped", 1)]
    [InlineData("longer", 1)]
    [InlineData("a folder", 2)]
    public async Task What_became_of_a_block_is_told_and_mended(string what, int index)
    {
        await FindAsync();
        var blocks = await BlocksAsync();
        var pin = await KeepAsync("one", blocks);
        Break(daemon.FileOf(blocks[index].Cid), what);

        var bad = await _intake.ReadBackAsync(blocks, default);
        Assert.Equal([(blocks[index], what != "deleted")], bad);
        await KeepAsync("one", blocks);

        Assert.Empty(await _intake.ReadBackAsync(blocks, default));
        Assert.True(await _intake.HasAsync(pin.Root, default));
        await _intake.DropAsync(pin.Root, default);
    }

    [SkippableFact]
    public async Task Of_a_frame_of_which_the_root_and_a_leaf_are_gone_Kubo_takes_the_leaf_for_known_and_gets_it_all_the_same()
    {
        await FindAsync();
        var blocks = await BlocksAsync();
        var pin = await KeepAsync("one", blocks);
        File.Delete(daemon.FileOf(blocks[0].Cid));
        File.Delete(daemon.FileOf(blocks[2].Cid));

        await KeepAsync("one", blocks);

        Assert.Empty(await _intake.ReadBackAsync(blocks, default));
        await _intake.DropAsync(pin.Root, default);
    }

    [SkippableFact]
    public async Task What_is_not_a_file_any_more_and_is_not_let_go_is_told_with_the_frame_and_holds_up_no_other()
    {
        await FindAsync();
        var blocks = await BlocksAsync();
        var other = await BlocksAsync();
        var pin = await KeepAsync("one", blocks);
        string file = daemon.FileOf(blocks[1].Cid);
        Break(file, "a folder");
        await File.WriteAllTextAsync(Path.Combine(file, "in it"), "");

        var e = await Assert.ThrowsAsync<BlockNotFoundException>(() => KeepAsync("one", blocks));
        Assert.Equal((blocks[1].Cid, KuboAnswer.Damaged), (e.Cid, KuboAnswers.Of(e)));
        var sound = await KeepAsync("one", other);

        Assert.Empty(await _intake.ReadBackAsync(other, default));
        Directory.Delete(file, recursive: true);
        await _intake.DropAsync(pin.Root, default);
        await _intake.DropAsync(sound.Root, default);
    }

    [SkippableFact]
    public async Task Neither_a_strangers_pin_nor_a_collection_takes_what_two_keep()
    {
        await FindAsync();
        var blocks = await BlocksAsync();
        var one = await KeepAsync("one", blocks);
        var two = await KeepAsync("two", blocks);
        await _kubo.Client.Pins.AddAsync(blocks[0].Cid, PinMode.Recursive, "his");

        await _intake.DropAsync(one.Root, default);
        await _kubo.Client.Repo.CollectAsync();
        Assert.Equal("his", (await _kubo.Client.Pins.FindAsync(blocks[0].Cid))!.Value.Name);
        await _kubo.Client.Pins.RemoveAsync(blocks[0].Cid);
        await _kubo.Client.Repo.CollectAsync();

        Assert.Empty(await _intake.ReadBackAsync(blocks, default));
        await _intake.DropAsync(two.Root, default);
        await _kubo.Client.Repo.CollectAsync();
        Assert.Equal(blocks.Count, (await _intake.ReadBackAsync(blocks, default)).Count);
    }

    [SkippableFact]
    public async Task A_directory_is_kept_without_the_frames_that_it_names()
    {
        await FindAsync();
        var frame = await BlocksAsync(); // never sent
        var directory = await _node.AddDirectoryAsync([new("m31.fits", frame[0].Cid, 1)],
            new Dictionary<string, ReadOnlyMemory<byte>> { ["metadata.json"] = RandomNumberGenerator.GetBytes(100) }, "session");
        var pin = await KeepAsync("one", directory.Blocks);

        await _kubo.Client.Repo.CollectAsync();

        Assert.Empty(await _intake.ReadBackAsync(directory.Blocks, default));
        await _intake.DropAsync(pin.Root, default);
    }

    [SkippableFact]
    public async Task Collected_without_end_it_keeps_all_that_it_is_given_meanwhile()
    {
        await FindAsync();
        using var stop = new CancellationTokenSource();
        var collecting = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await _kubo.Client.Repo.CollectAsync();
        });
        var kept = new List<(KuboOwnPin Pin, IReadOnlyList<BlockInfo> Blocks)>();
        for (int i = 0; i < 8; i++)
        {
            var blocks = await BlocksAsync();
            kept.Add((await KeepAsync("one", blocks), blocks));
        }

        await stop.CancelAsync();
        await collecting;

        foreach (var (pin, blocks) in kept)
        {
            Assert.Empty(await _intake.ReadBackAsync(blocks, default));
            await _intake.DropAsync(pin.Root, default);
        }
    }

    private async Task FindAsync()
    {
        _kubo = await daemon.FoundAsync();
        _intake = new(_kubo.Client);
    }

    private async Task<IReadOnlyList<BlockInfo>> BlocksAsync()
    {
        string path = Path.Combine(_folder.FullName, $"{Guid.NewGuid():n}.fits");
        await File.WriteAllBytesAsync(path, RandomNumberGenerator.GetBytes(2_500_000));
        var file = await _node.AddFileAsync(path, path);
        return await _store.ListAsync(file.Root).ToListAsync();
    }

    private async Task<KuboOwnPin> KeepAsync(string owner, IReadOnlyList<BlockInfo> blocks)
    {
        var pin = KuboOwnPin.Of(owner, blocks.Select(b => b.Cid));
        await _intake.KeepAsync(pin, "m31.fits", blocks, _store, default);
        return pin;
    }

    private static void Break(string file, string what)
    {
        byte[] bytes = File.ReadAllBytes(file);
        File.Delete(file);
        switch (what)
        {
            case "emptied":
                File.WriteAllBytes(file, []);
                break;
            case "flipped":
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(file, bytes);
                break;
            case "longer":
                File.WriteAllBytes(file, [.. bytes, 0]);
                break;
            case "a folder": // what its disk does not read
                Directory.CreateDirectory(file);
                break;
        }
    }
}
