using Wanda.Interop.Tests.Deploy;

namespace Wanda.Interop.Tests.App;

/// <summary>npm's socket.io-client against our endpoint: with the page's options, with polling, and behind a real nginx.</summary>
public class LivePageTests
{
    private static readonly string[] Ours = ["/ws/camera", "/ws/session", "/ws/ipfs"];

    [Theory]
    [InlineData(PageProcess.Page, false)]
    [InlineData("polling", false)]
    [InlineData("polling,websocket", false)]
    [InlineData(PageProcess.Page, true)]
    [InlineData("polling,websocket", true)]
    public async Task The_page_hears_of_an_upload(string transports, bool behindNginx)
    {
        await using var console = await LiveConsole.StartAsync();
        await using var nginx = behindNginx
            ? await NginxProxy.StartAsync(console.Address, shipped => LiveNginx.Conf(shipped, console.Address))
            : null;
        await using var page = await PageProcess.OpenAsync(nginx?.Address ?? console.Address, transports, [.. Ours, "/ws/mount"]);
        foreach (var name in Ours)
            Assert.True((bool)(await page.NextAsync(name, "ipfs_daemon_status"))!["running"]!);

        var frame = await console.SaveAsync("image_0001.jpg", 2880);
        Assert.Equal(2880, (int)(await page.NextAsync("/ws/camera", "ipfs_upload_started"))!["size_bytes"]!);
        await console.AddCidAsync(frame);
        var complete = (await page.NextAsync("/ws/camera", "ipfs_upload_complete"))!;
        Assert.Equal(("image_0001.jpg", LiveConsole.Cid), ((string)complete["file"]!, (string)complete["cid"]!));

        // As the page does when it is shown again.
        await page.SayAsync("/ws/session", "reconnect");
        await page.NextAsync("/ws/session", "connect");
        await page.NextAsync("/ws/session", "ipfs_status");
        Assert.False(page.Heard("/ws/camera", "disconnect"));
        Assert.Empty(nginx?.Complaints ?? []);
    }

    [Fact]
    public async Task It_moves_from_polling_to_a_websocket()
    {
        await using var console = await LiveConsole.StartAsync();
        await using var page = new PageProcess(await NodeProcess.StartAsync(
            "page.mjs", console.Address.GetLeftPart(UriPartial.Authority), "polling,websocket", "/ws/ipfs"));
        Assert.Equal("websocket", (string)(await page.NextAsync("/ws/ipfs", "upgrade"))!);
    }

    [Fact]
    public async Task A_namespace_that_is_not_there_is_told_as_such()
    {
        await using var console = await LiveConsole.StartAsync();
        await using var page = await PageProcess.OpenAsync(console.Address, PageProcess.Page, "/ws/ipfs");
        await using var wrong = new PageProcess(await NodeProcess.StartAsync(
            "page.mjs", console.Address.GetLeftPart(UriPartial.Authority), PageProcess.Page, "/ws/nothing"));
        Assert.Equal("Invalid namespace", (string)(await wrong.NextAsync("/ws/nothing", "connect_error"))!);
    }
}
