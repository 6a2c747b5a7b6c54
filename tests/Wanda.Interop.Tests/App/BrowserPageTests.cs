using System.Text.Json.Nodes;
using Wanda.Interop.Tests.Deploy;

namespace Wanda.Interop.Tests.App;

/// <summary>A page in Chromium with the app's sockets: from where our endpoint is, behind a real nginx, and from elsewhere.</summary>
public class BrowserPageTests
{
    [Fact]
    public async Task Every_namespace_is_there_for_the_page_of_the_same_origin()
    {
        await using var app = await StandInApp.StartAsync();
        var (nginx, seen) = await BrowseAsync(app.Address, sameOrigin: true);

        Assert.All(seen["namespaces"]!.AsObject(), n => Assert.Equal("connected", (string)n.Value!));
        Assert.Equal(4, seen["namespaces"]!.AsObject().Count);
        Assert.True((bool)seen["status"]!["running"]!);
        Assert.True((bool)seen["answer"]!["data"]!["tracking"]!);
        Assert.Empty(nginx);
    }

    [Fact]
    public async Task Another_site_s_page_gets_nothing()
    {
        var (_, seen) = await BrowseAsync(null, sameOrigin: false);
        Assert.All(seen["namespaces"]!.AsObject(), n => Assert.Equal("websocket error", (string)n.Value!));
        Assert.Null(seen["status"]);
    }

    /// <summary>What nginx complained of, and what the page saw.</summary>
    private static async Task<(IReadOnlyCollection<string> Complaints, JsonNode Seen)> BrowseAsync(Uri? app, bool sameOrigin)
    {
        await using var console = await LiveConsole.StartAsync(app);
        await using var site = await PeerPage.StartAsync("wanda-app", "socket.io-client/dist/socket.io.min.js");
        await using var nginx = await NginxProxy.StartAsync(site.Address, shipped => LiveNginx.Conf(shipped, console.Address));
        var socket = nginx.Address.GetLeftPart(UriPartial.Authority);
        var page = sameOrigin ? nginx.Address : site.Address;
        var seen = await Chromium.BrowseAsync($"{page}page.html?socket={socket}", site.Result);
        return (nginx.Complaints, JsonNode.Parse(seen)!);
    }
}
