using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Release;

public sealed class ReleasePreviewTests
{
    [Fact]
    public async Task What_would_go_and_why_the_rest_stays()
    {
        await using var node = await TestNode.CreateAsync(o => o with
        {
            Release = o.Release with { When = ReleaseWhen.Proven, LowWater = new ByteSize(0) },
            Clock = o.Clock with { RequireSync = false },
        });
        var (goes, waits) = (await ProvenAsync(node), await ProvenAsync(node));
        await node.SaveAsync();
        await node.Catalogue.Ledger.ApplyAsync(new Fact.Previewed(goes.Id, null), default);

        var preview = await node.Get<ReleasePreviewQuery>().ReadAsync(default);
        Assert.Null(preview.Blocked);
        Assert.Equal(("m42/1", goes.SizeBytes), (Assert.Single(preview.Goes).Frame, preview.Goes[0].SizeBytes));
        Assert.Contains("altermundi", preview.Goes[0].Proofs);
        Assert.Equal(["its preview is not made yet", "it has no CID yet"], preview.Stays.Select(s => s.Why).Order().Reverse());
        Assert.Contains("1 frame would go", preview.Sentence);
        Assert.All(new[] { goes, waits }, f => Assert.Null(node.Catalogue.Captures.FindAsync(f.Id, default).Result!.ReleasingAt));
    }

    [Fact]
    public async Task For_want_of_space_the_proofs_alone_decide()
    {
        var mark = ByteSize.Parse("900TB"); // whatever is free, it is too little
        await using var node = await TestNode.CreateAsync(o => o with
        {
            Release = o.Release with { LowWater = mark, HighWater = mark },
            Clock = o.Clock with { RequireSync = false },
        });
        await ProvenAsync(node);
        var preview = await node.Get<ReleasePreviewQuery>().ReadAsync(default);
        Assert.True(preview.Draining);
        Assert.Equal("m42/1", Assert.Single(preview.Goes).Frame);
        Assert.Contains("frames go until", preview.Sentence);
    }

    private static async Task<CaptureRecord> ProvenAsync(TestNode node)
    {
        var capture = await node.SaveAsync();
        await node.AddCidAsync(capture);
        await node.ProveAsync(capture);
        return capture;
    }
}
