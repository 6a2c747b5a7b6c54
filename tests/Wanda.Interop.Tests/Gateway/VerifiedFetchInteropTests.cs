using System.Security.Cryptography;
using System.Text.Json.Nodes;

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
        await using var site = await PeerPage.StartAsync("verified-fetch", "@helia/verified-fetch/dist/index.min.js");
        string token = publicReads ? "" : found.Server.Client.DefaultRequestHeaders.Authorization!.Parameter!;

        string seen = await Chromium.BrowseAsync(
            $"{site.Address}page.html?gateway={found.Address}&cid={found.Frame.Root}&token={token}", site.Result);

        var told = JsonNode.Parse(seen)!;
        Assert.Null(told["error"]);
        Assert.Equal((206, 404), ((int)told["status"]!, (int)told["missing"]!));
        Assert.Equal("bytes 1500000-1999999/3000000", (string)told["range"]!);
        Assert.Equal(found.Frame.Root.ToString(), (string)told["roots"]!);
        Assert.Equal(Hash(found.Frame.Content.AsSpan(1_500_000, 500_000)), (string)told["part"]!);
        Assert.Equal(publicReads ? Hash(found.Frame.Content) : null, (string?)told["whole"]);
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
