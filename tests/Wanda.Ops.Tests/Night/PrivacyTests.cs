using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>Law 12: what others can read, or could, is said.</summary>
public sealed class PrivacyTests
{
    [Fact]
    public async Task An_archive_that_tells_more_than_the_operator_says_now_is_a_notice()
    {
        await using var node = await TestNode.CreateAsync();
        await node.SaveAsync(metadata: """{"siteLatitude":-31.4}""");
        Assert.Empty((await node.Get<NightQuery>().ReadAsync(default)).Notices);
        await node.Catalogue.Ledger.ApplyAsync(new Fact.SessionEnded(new("m42")), default);
        await node.Catalogue.Ledger.ApplyAsync(
            new Fact.Archived(new("m42"), TestNode.Cid, 1000, 1, PublishedHeaders.Written([PrivateFact.Coordinates])), default);
        await node.RestartAsync(o => o); // what was found is kept for minutes
        var notice = Assert.Single((await node.Get<NightQuery>().ReadAsync(default)).Notices);
        Assert.StartsWith("1 session archived before tells coordinates, names or serial numbers in metadata.json", notice.Text);
        Assert.Equal((Severity.Waiting, "/sessions"), (notice.Severity, notice.Link));
        await node.RestartAsync(o => o with { Privacy = o.Privacy with { Publish = [PrivateFact.Coordinates] } });
        Assert.Empty((await node.Get<NightQuery>().ReadAsync(default)).Notices);
    }

    [Fact]
    public async Task A_public_destination_says_that_headers_travel_in_the_frames()
    {
        await using var console = await TestConsole.StartAsync(o => o with
        {
            Destinations =
            [
                .. o.Destinations,
                new DestinationOptions
                {
                    Name = "pinata",
                    Kind = "pinata",
                    Token = "t",
                    Public = true,
                    Gateway = "https://x.mypinata.cloud",
                },
            ],
        });
        await console.Node.SaveAsync();
        var views = await console.Node.Get<DestinationQuery>().ListAsync(default);
        Assert.Equal([null, "public: who learns a CID can read the frame, and in its header the site, names and serial numbers"],
            views.Select(v => v.Shows));
        Assert.Contains("public: who learns a CID can read the frame", await console.Client.GetStringAsync("/"));
    }
}
