using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>Where no list of CIDs can lie beside another program's frames the first page says so, and what to do (law 11).</summary>
public sealed class CidListNoticesTests
{
    private static readonly DateTimeOffset Since = new(2026, 11, 30, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(CidListReason.Foreign, 2, "2 folders in /pi (as M31) have a metadata.json that is not this node's", "another name")]
    [InlineData(CidListReason.NotAllowed, 1, "metadata.json cannot be written into 1 folder in /pi (as M31): Permission denied. Do", "own")]
    [InlineData(CidListReason.Failed, 1, "metadata.json could not be written into 1 folder in /pi (as M31): Permission denied.", "again")]
    public async Task What_is_in_its_way_is_told_until_the_operator_wants_none(CidListReason reason, int folders, string what, string todo)
    {
        var watch = new WatchOptions { Path = "/pi", Name = "pi", Preset = WatchPreset.WandaApp, Metadata = MetadataPlace.Beside };
        await using var node = await TestNode.CreateAsync(o => o with { Watch = [watch] });
        await TroubleAsync(node);
        var notice = Assert.Single(await NoticesAsync(node));
        Assert.Equal((Severity.Waiting, Since), (notice.Severity, notice.Since));
        Assert.StartsWith(what, notice.Text, StringComparison.Ordinal);
        Assert.Contains(todo, notice.Text, StringComparison.Ordinal);
        await node.Catalogue.Node.StoreCidListTroublesAsync("pi", [], default);
        Assert.Empty(await NoticesAsync(node));

        await using var other = await TestNode.CreateAsync(o => o with { Watch = [watch with { Metadata = MetadataPlace.Own }] });
        await TroubleAsync(other);
        Assert.Empty(await NoticesAsync(other));

        async Task TroubleAsync(TestNode node)
        {
            await node.Catalogue.Intake.ReportAsync("pi", SourceKind.Folder, "/pi", SourceState.Running, null, default);
            await node.Catalogue.Node.StoreCidListTroublesAsync(
                "pi", [new(reason, folders, "M31", reason == CidListReason.Foreign ? "" : "Permission denied", Since)], default);
        }
    }

    private static async Task<IEnumerable<Notice>> NoticesAsync(TestNode node) =>
        (await node.Get<NoticeQuery>().ReadAsync([], default)).Where(n => n.Text.Contains("metadata.json", StringComparison.Ordinal));
}
