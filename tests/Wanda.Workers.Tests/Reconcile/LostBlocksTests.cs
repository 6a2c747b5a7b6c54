using Wanda.Ipfs;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Reconcile;

/// <summary>Law 5: the blocks are made again from the frames.</summary>
public sealed class LostBlocksTests : NodeTest
{
    [Fact]
    public async Task A_lost_block_store_is_made_again_from_the_frames()
    {
        await Proxy.DownAsync();
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(700_000));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        var cid = Cid.Parse((await Node.FrameAsync(frame)).Cid!);
        await Node.Get<BlockStore>().UnpinAsync(frame.Id.ToString());
        await Node.Get<BlockStore>().CollectAsync();
        Assert.Null(await Node.Get<IIpfsNode>().FindAsync(cid, default));
        await Node.Get<Reconciler>().RunAsync(default);
        Assert.NotNull(await Node.Get<IIpfsNode>().FindAsync(cid, default));
        await Proxy.UpAsync();
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromSeconds(15), 8, "released");
    }

    [Fact]
    public async Task A_frame_whose_blocks_are_gone_is_sent_from_its_file_before_anybody_looks()
    {
        await Proxy.DownAsync();
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(700_000));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        await Node.Get<BlockStore>().UnpinAsync(frame.Id.ToString());
        await Node.Get<BlockStore>().CollectAsync();
        await Proxy.UpAsync();
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromSeconds(15), 8, "released");
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error));
    }
}
