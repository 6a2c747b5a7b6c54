using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Wanda.Interop.Tests.Deploy;
using Wanda.Ipfs.Tests.Support;

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
        await NodePeer.InstallAsync("wanda-app");
        await using var console = await LiveConsole.StartAsync(app);
        var result = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var site = await StandIn.StartAsync(c => ServeAsync(c, result));
        await using var nginx = await NginxProxy.StartAsync(site.Address, shipped => LiveNginx.Conf(shipped, console.Address));
        var socket = nginx.Address.GetLeftPart(UriPartial.Authority);
        var page = sameOrigin ? nginx.Address : site.Address;
        var seen = await Chromium.BrowseAsync($"{page}page.html?socket={socket}", result.Task);
        return (nginx.Complaints, JsonNode.Parse(seen)!);
    }

    private static async Task ServeAsync(HttpContext context, TaskCompletionSource<string> result)
    {
        string folder = Path.Combine(NodePeer.Folder, "wanda-app");
        switch (context.Request.Path.Value)
        {
            case "/page.html":
                context.Response.ContentType = "text/html";
                await context.Response.SendFileAsync(Path.Combine(folder, "page.html"));
                break;
            case "/socket.io.min.js":
                context.Response.ContentType = "text/javascript";
                await context.Response.SendFileAsync(Path.Combine(folder, "node_modules", "socket.io-client", "dist", "socket.io.min.js"));
                break;
            case "/result":
                result.TrySetResult(await new StreamReader(context.Request.Body).ReadToEndAsync());
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }
}
