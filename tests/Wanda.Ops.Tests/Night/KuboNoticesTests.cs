using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>Law 11: what keeps the node's own Kubo from running is told, with what to do.</summary>
public sealed class KuboNoticesTests
{
    [Theory]
    [InlineData("notFound", Severity.NeedsYou)]
    [InlineData("wrongVersion", Severity.NeedsYou)]
    [InlineData("locked", Severity.NeedsYou)]
    [InlineData("repositoryNewer", Severity.NeedsYou)]
    [InlineData("repositoryOlder", Severity.NeedsYou)]
    [InlineData("configuration", Severity.NeedsYou)]
    [InlineData("storageFull", Severity.NeedsYou)]
    [InlineData("addressTaken", Severity.NeedsYou)]
    [InlineData("denied", Severity.NeedsYou)]
    [InlineData("unitDown", Severity.NeedsYou)]
    [InlineData("noAnswer", Severity.Waiting)]
    [InlineData("ended", Severity.Waiting)]
    public async Task What_mends_itself_waits_and_the_rest_needs_somebody(string trouble, Severity severity)
    {
        await using var node = await ManagedAsync();
        await node.Catalogue.Node.StoreKuboLifeAsync(
            new("backoff", trouble, "It is so, and this is to be done.", TimeProvider.System.GetUtcNow()), default);

        var notice = Assert.Single((await node.Get<NightQuery>().ReadAsync(default)).Notices);

        Assert.Equal((severity, "/ipfs"), (notice.Severity, notice.Link));
        Assert.Contains("this is to be done", notice.Text);
        Assert.NotEqual("", notice.Brief);
    }

    [Fact]
    public async Task What_does_not_mend_itself_after_all_needs_somebody()
    {
        await using var node = await ManagedAsync();
        await node.Catalogue.Node.StoreKuboLifeAsync(
            new("backoff", "ended", "It ended.", TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1)), default);

        Assert.Equal(Severity.NeedsYou, Assert.Single((await node.Get<NightQuery>().ReadAsync(default)).Notices).Severity);
    }

    [Fact]
    public async Task It_is_told_once_with_what_waits_for_it()
    {
        await using var node = await ManagedAsync();
        var now = TimeProvider.System.GetUtcNow();
        await node.Catalogue.Node.StoreKuboLifeAsync(new("absent", "notFound", "It is not there.", now), default);
        await node.Catalogue.Node.StoreKuboAsync(new(false, "Nobody answers.", 12, null, now), default);

        var notice = Assert.Single((await node.Get<NightQuery>().ReadAsync(default)).Notices);

        Assert.Contains("12 wait for it, and are kept here", notice.Text);
    }

    [Fact]
    public async Task One_that_is_well_needs_no_line()
    {
        await using var node = await ManagedAsync();
        await node.Catalogue.Node.StoreKuboLifeAsync(new("ready", "none", "It answers.", TimeProvider.System.GetUtcNow()), default);

        Assert.Empty((await node.Get<NightQuery>().ReadAsync(default)).Notices);
    }

    [Fact]
    public async Task The_snapshot_says_what_the_notice_says_when_it_is_silent()
    {
        await using var node = await ManagedAsync();
        await node.Catalogue.Node.StoreKuboLifeAsync(
            new("absent", "notFound", "It is not there.", TimeProvider.System.GetUtcNow()), default);

        var view = await node.Get<IpfsQuery>().ReadAsync(default);

        Assert.Equal((Severity.NeedsYou, "absent", "notFound"), (view.Severity, view.Phase, view.Trouble));
        Assert.Contains("It is not there.", view.Sentence);
        Assert.Null(view.Facts);
    }

    private static Task<TestNode> ManagedAsync() => TestNode.CreateAsync(o => o with
    {
        Ipfs = o.Ipfs with { Kubo = new KuboOptions { Manage = true } },
    });
}
