using Wanda.Ipfs;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.SessionArchive;

/// <summary>Law 5: what the block store lost is made again from the catalogue.</summary>
public sealed class LostArchiveTests : NodeTest
{
    [Fact]
    public async Task An_archive_whose_blocks_are_gone_is_made_again_and_nobody_has_to_act()
    {
        await Proxy.DownAsync();
        await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        await Node.EndSessionAsync();
        await Eventually.HoldsAsync(
            async () => (await Node.Catalogue.Sessions.FindAsync(TestNode.Session, default))!.DirectoryCid is not null, "an archive",
            Node.StateAsync);
        await Node.UntilQuietAsync();
        foreach (var owner in (await Node.Get<BlockStore>().PinsAsync()).Select(p => p.Owner).Where(o => o.StartsWith("session/")).ToList())
            await Node.Get<BlockStore>().UnpinAsync(owner);
        await Node.Get<BlockStore>().CollectAsync();
        await Proxy.UpAsync();
        await Node.PassUntilAsync(async () => (await Node.Catalogue.Sessions.FindAsync(TestNode.Session, default))!.DirectoryCid is { } cid
            && await Node.Catalogue.Custody.FindProofAsync(TestNode.Destination, TestNode.Session.Value, cid, default) is not null,
            TimeSpan.FromSeconds(30), 10, "the archive to be proven");
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error + q.DeadLetter));
    }
}
