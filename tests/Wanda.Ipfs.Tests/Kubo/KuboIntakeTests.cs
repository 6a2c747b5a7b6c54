using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>What a daemon is given is there when it is believed: it drops what it takes for known.</summary>
public sealed class KuboIntakeTests : IAsyncLifetime
{
    private readonly MemoryBlocks _ours = new();
    private StandInKubo _kubo = null!;
    private KuboIntake _intake = null!;
    private IReadOnlyList<BlockInfo> _blocks = [];

    public async Task InitializeAsync()
    {
        _kubo = await StandInKubo.StartAsync();
        _intake = new(_kubo.Client);
        var file = await new UnixFsImporter(UnixFsProfile.UnixFsV1_2025)
            .ImportAsync(new MemoryStream(TemporaryFolder.RandomBytes(1, 3_500_000)), _ours);
        _blocks = await _ours.ListAsync(file.Root).ToListAsync();
    }

    public async Task DisposeAsync() => await _kubo.DisposeAsync();

    [Fact]
    public async Task What_is_kept_is_there_pinned_by_ours_alone_and_named()
    {
        var pin = await KeepAsync("one");

        Assert.Equal([(pin.Root, "m31.fits")], _kubo.Daemon.Pins.Select(p => (p.Key, p.Value.Name)));
        await _kubo.Client.Repo.CollectAsync();
        Assert.Empty(await _intake.ReadBackAsync(_blocks, default));
    }

    [Fact]
    public async Task What_is_there_is_not_sent_again_and_the_other_keeper_stays()
    {
        var one = await KeepAsync("one");
        int before = _ours.Reads;
        var two = await KeepAsync("two");
        Assert.Equal(before, _ours.Reads);

        await _intake.DropAsync(one.Root, default);
        await _kubo.Client.Repo.CollectAsync();

        Assert.False(await _intake.HasAsync(one.Root, default));
        Assert.True(await _intake.HasAsync(two.Root, default));
        Assert.Empty(await _intake.ReadBackAsync(_blocks, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task A_damaged_block_is_removed_and_sent_again(int length)
    {
        await KeepAsync("one");
        _kubo.Daemon.Blocks.Blocks[_blocks[^1].Cid] = new byte[length];

        Assert.Equal([(_blocks[^1], true)], await _intake.ReadBackAsync(_blocks, default));
        await KeepAsync("one");

        Assert.Empty(await _intake.ReadBackAsync(_blocks, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_block_that_is_gone_is_sent_again_though_the_daemon_takes_it_for_known(int index)
    {
        await KeepAsync("one");
        _kubo.Daemon.Blocks.Blocks.Remove(_blocks[index].Cid);

        Assert.Equal([(_blocks[index], false)], await _intake.ReadBackAsync(_blocks, default));
        _kubo.Daemon.Known.Add(_blocks[index].Cid.Hash);
        await KeepAsync("one");

        Assert.Empty(await _intake.ReadBackAsync(_blocks, default));
    }

    [Fact]
    public async Task A_damaged_block_that_somebody_elses_pin_holds_is_told()
    {
        await KeepAsync("one");
        await _kubo.Client.Pins.AddAsync(_blocks[0].Cid, PinMode.Recursive, "his");
        _kubo.Daemon.Blocks.Blocks[_blocks[1].Cid] = [];

        var e = await Assert.ThrowsAsync<BlockNotFoundException>(() => KeepAsync("one"));

        Assert.Equal((_blocks[1].Cid, KuboAnswer.Damaged), (e.Cid, KuboAnswers.Of(e)));
        Assert.Contains("Unpin there what keeps it", e.Message);
        Assert.Equal("his", _kubo.Daemon.Pins[_blocks[0].Cid].Name);
    }

    [Fact]
    public void A_pin_over_many_blocks_is_a_tree_of_small_ones()
    {
        var many = Enumerable.Range(0, 20_000).Select(i => Block.Create(Codec.Raw, BitConverter.GetBytes(i)).Cid).ToList();

        var pin = KuboOwnPin.Of("one", many);

        Assert.Equal(4, pin.Blocks.Count);
        Assert.All(pin.Blocks, b => Assert.InRange(b.Data.Length, 1, Block.MaxBytes / 4));
        Assert.Equal(many, pin.Blocks.Skip(1).SelectMany(Dag.Links).Select(l => l.Cid));
        Assert.NotEqual(pin.Root, KuboOwnPin.Of("two", many).Root);
        Assert.Equal(pin.Root, KuboOwnPin.Of("one", many).Root);
    }

    private async Task<KuboOwnPin> KeepAsync(string owner)
    {
        var pin = KuboOwnPin.Of(owner, _blocks.Select(b => b.Cid));
        await _intake.KeepAsync(pin, "m31.fits", _blocks, _ours, default);
        return pin;
    }
}
