using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Discard;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Discard;

/// <summary>A discarded frame that the disk does not let go waits, and fills nothing while it does.</summary>
public sealed class UnerasableTests : NodeTest
{
    protected override WandaOptions Configure(WandaOptions options) =>
        options with { Release = options.Release with { When = ReleaseWhen.Never } };

    [SkippableFact]
    public async Task It_is_not_written_down_at_each_round_and_goes_when_it_can()
    {
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilProvenAsync(frame);
        await Node.UntilQuietAsync();
        var path = Node.Root.Resolve(frame.Path);
        Skip.IfNot(Immutable.TrySet(path, true),
            "only root makes a file that cannot be removed from a folder that can be written to, and not on every file system");
        try
        {
            await Node.Catalogue.Ledger.ApplyAsync(new Fact.Discarded(frame.Id, Node.Time.GetUtcNow(), "ana", "a lamp"), default);
            for (var i = 0; i < 5; i++)
                await Node.Get<DiscardRound>().RunAsync(default);
            Assert.True(File.Exists(path));
            var lines = 0;
            await foreach (var entry in SessionJournal.ReadAsync(Node.Root.FolderOf(frame.Session), default))
                lines += entry is JournalEntry.FrameDiscarded ? 1 : 0;
            Assert.InRange(lines, 1, 2); // the node's own timer may be at it as well
        }
        finally
        {
            Immutable.TrySet(path, false);
        }

        Node.Time.Advance(TimeSpan.FromHours(1));
        await Node.Get<DiscardRound>().RunAsync(default);
        Assert.False(File.Exists(path));
        Assert.NotNull((await Node.FrameAsync(frame)).ErasedAt);
    }
}
