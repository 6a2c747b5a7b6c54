using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.Workers.Audit;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Audit;

/// <summary>Missing is not down: what a Kubo lost is told, or sent again, and an outage of it loses nothing.</summary>
public sealed class KuboAuditTests : IAsyncLifetime
{
    private StandInKubo _kubo = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _kubo = await StandInKubo.StartAsync();
        _node = TestNode.Create(_kubo.Server.Address, "", o => o with
        {
            Destinations =
            [
                new() { Name = TestNode.Destination, Kind = "kubo", Url = _kubo.Server.Address.ToString(), Public = true },
            ],
            Audit = o.Audit with { Sample = 0, Interval = TimeSpan.FromDays(30) }, // the test runs the rounds
        });
        await _node.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _kubo.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_block_that_it_lost_or_has_damaged_is_one_frames_loss_and_no_others(bool damaged)
    {
        var frames = await ReleasedAsync(4);
        var cid = Cid.Parse((await _node.FrameAsync(frames[0])).Cid!);
        if (damaged)
            _kubo.Daemon.Blocks.Blocks[cid] = [];
        else
            _kubo.Daemon.Blocks.Blocks.Remove(cid);
        await AuditAfterAsync(TimeSpan.FromDays(24));

        Assert.Null(await _node.PauseAsync());
        Assert.Equal(1, await _node.Catalogue.Reports.CountFramesAsync(FrameFilter.Lost, null, true, default));
        foreach (var frame in frames.Skip(1))
            Assert.True((await _node.ProofsAsync(frame))[0].ExpiresAt > _node.Time.GetUtcNow().AddDays(20));
    }

    [Fact]
    public async Task A_repository_that_was_replaced_by_an_empty_one_is_told_whole()
    {
        var frames = await ReleasedAsync(6);
        _kubo.Daemon.Blocks.Blocks.Clear();
        await AuditAfterAsync(TimeSpan.FromDays(24));

        Assert.Null(await _node.PauseAsync());
        Assert.Equal(frames.Count, await _node.Catalogue.Reports.CountFramesAsync(FrameFilter.Lost, null, true, default));
    }

    [Fact]
    public async Task What_is_still_here_is_sent_again_at_once()
    {
        await _node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Never } });
        var frame = await _node.SaveAsync("a.bin", TestFrames.Noise(300_000));
        await _node.UntilProvenAsync(frame);
        await _node.UntilQuietAsync();
        var first = (await _node.ProofsAsync(frame))[0];
        _kubo.Daemon.Blocks.Blocks.Clear();
        await AuditAfterAsync(TimeSpan.FromDays(24));

        await Eventually.HoldsAsync(async () => (await _node.ProofsAsync(frame)).Any(p => p.ProvenAt > first.ProvenAt),
            "the frame to be proven again", _node.StateAsync);
        Assert.Contains(await _node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default), e => e.Kind == EventKind.Lost);
    }

    [Fact]
    public async Task While_it_is_away_nothing_is_lost()
    {
        var frames = await ReleasedAsync(4);
        _kubo.Away = true;
        await AuditAfterAsync(TimeSpan.FromDays(24));

        Assert.NotNull(await _node.PauseAsync());
        Assert.Equal(0, await _node.Catalogue.Reports.CountFramesAsync(FrameFilter.Lost, null, true, default));
        foreach (var frame in frames)
            Assert.NotEmpty(await _node.ProofsAsync(frame));
        _kubo.Away = false;
        await AuditAfterAsync(TimeSpan.FromHours(2));
        foreach (var frame in frames)
            Assert.True((await _node.ProofsAsync(frame))[0].ExpiresAt > _node.Time.GetUtcNow().AddDays(20));
    }

    private async Task AuditAfterAsync(TimeSpan span)
    {
        await _node.UntilQuietAsync();
        _node.Time.Advance(span);
        await _node.UntilQuietAsync();
        await _node.Get<AuditRound>().RunAsync(default);
    }

    private async Task<List<CaptureRecord>> ReleasedAsync(int count)
    {
        var frames = new List<CaptureRecord>();
        for (var i = 0; i < count; i++)
            frames.Add(await _node.SaveAsync($"{i}.bin", TestFrames.Noise(2000, i)));
        foreach (var frame in frames)
            await _node.UntilReleasedAsync(frame);
        await _node.UntilQuietAsync();
        return frames;
    }
}
