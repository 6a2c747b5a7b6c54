using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Interop.Tests.Gateway;

/// <summary>Helia's verified-fetch reads from our gateway, found by asking us who has a frame: under Node, in a browser.</summary>
public sealed class VerifiedFetchInteropTests
{
    [Fact]
    public async Task It_reads_a_frame_under_Node()
    {
        await using var found = await PublicServer.StartAsync();

        var answers = JsonNode.Parse(await NodePeer.RunAsync("verified-fetch/fetch.mjs", "", found.Address, found.Frame.Root.ToString()))!;

        Assert.Equal((200, Hash(found.Frame.Content)), ((int)answers[0]!["status"]!, (string)answers[0]!["sha256"]!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_of_another_origin_reads_a_frame_in_Chromium(bool publicReads)
    {
        await using var found = await PublicServer.StartAsync(publicReads);
        await NodePeer.InstallAsync("verified-fetch");
        var result = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var site = await StandIn.StartAsync(c => ServeAsync(c, result));
        string token = publicReads ? "" : found.Server.Client.DefaultRequestHeaders.Authorization!.Parameter!;

        string seen = await Chromium.BrowseAsync(
            $"{site.Address}page.html?gateway={found.Address}&cid={found.Frame.Root}&token={token}", result.Task);

        var told = JsonNode.Parse(seen)!;
        Assert.Null(told["error"]);
        Assert.Equal((206, 404), ((int)told["status"]!, (int)told["missing"]!));
        Assert.Equal("bytes 1500000-1999999/3000000", (string)told["range"]!);
        Assert.Equal(found.Frame.Root.ToString(), (string)told["roots"]!);
        Assert.Equal(Hash(found.Frame.Content.AsSpan(1_500_000, 500_000)), (string)told["part"]!);
        Assert.Equal(publicReads ? Hash(found.Frame.Content) : null, (string?)told["whole"]);
    }

    private static async Task ServeAsync(HttpContext context, TaskCompletionSource<string> result)
    {
        string folder = Path.Combine(NodePeer.Folder, "verified-fetch");
        switch (context.Request.Path.Value)
        {
            case "/page.html":
                context.Response.ContentType = "text/html";
                await context.Response.SendFileAsync(Path.Combine(folder, "page.html"));
                break;
            case "/index.min.js":
                context.Response.ContentType = "text/javascript";
                await context.Response.SendFileAsync(
                    Path.Combine(folder, "node_modules", "@helia", "verified-fetch", "dist", "index.min.js"));
                break;
            case "/result":
                result.TrySetResult(await new StreamReader(context.Request.Body).ReadToEndAsync());
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
