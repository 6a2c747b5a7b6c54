using System.Net;
using System.Text.Json.Nodes;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Gateway;

/// <summary>Who has what: this server, of what is here, where it is public and knows how it is reached.</summary>
public sealed class ProviderTests
{
    [Theory]
    [InlineData("https://pin.example.org", "/dns/pin.example.org/tcp/443/https")]
    [InlineData("http://192.0.2.7:5180/", "/ip4/192.0.2.7/tcp/5180/http")]
    [InlineData("http://[2001:db8::1]:80", "/ip6/2001:db8::1/tcp/80/http")]
    public async Task What_is_here_has_one_provider(string url, string address)
    {
        await using var server = await TestServer.StartAsync(o => o with { Reads = Reads.Public, PublicUrl = url });
        var frame = await Frame.MakeAsync(1_500_000);
        await server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        using var anybody = server.ClientOf(null);

        var found = await anybody.GetAsync($"/routing/v1/providers/{frame.Root}").JsonAsync();
        var provider = found["Providers"]!.AsArray().Single()!;
        Assert.Equal(("peer", address), ((string)provider["Schema"]!, (string)provider["Addrs"]![0]!));
        Assert.Equal("transport-ipfs-gateway-http", (string)provider["Protocols"]![0]!);
        Assert.StartsWith("12D3Koo", (string)provider["ID"]!);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/routing/v1/providers/{frame.Blocks[^1]}")
        {
            Headers = { { "Accept", "application/x-ndjson" } },
        };
        using var lines = await anybody.SendAsync(request);
        Assert.Equal("application/x-ndjson", lines.Content.Headers.ContentType!.MediaType);
        string line = Assert.Single((await lines.Content.ReadAsStringAsync()).Trim().Split('\n'));
        Assert.Equal(address, (string)JsonNode.Parse(line)!["Addrs"]![0]!);
    }

    [Fact]
    public async Task What_is_not_here_has_none()
    {
        await using var server = await TestServer.StartAsync(o => o with { Reads = Reads.Public, PublicUrl = "https://pin.example.org" });
        var frame = await Frame.MakeAsync(10);
        using var anybody = server.ClientOf(null);

        Assert.Empty((await anybody.GetAsync($"/routing/v1/providers/{frame.Root}").JsonAsync())["Providers"]!.AsArray());
        Assert.Equal("BAD_REQUEST", await anybody.GetAsync("/routing/v1/providers/x").RefusedAsync(HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData(false, "https://pin.example.org")]
    [InlineData(true, null)]
    public async Task A_server_that_is_not_public_or_does_not_know_its_address_names_itself_to_nobody(bool publicReads, string? url)
    {
        await using var server = await TestServer.StartAsync(
            o => o with { Reads = publicReads ? Reads.Public : Reads.Nodes, PublicUrl = url });
        var frame = await Frame.MakeAsync(10);
        await server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);

        string path = $"/routing/v1/providers/{frame.Root}";
        Assert.Equal("NOT_FOUND", await server.Client.GetAsync(path).RefusedAsync(HttpStatusCode.NotFound));
    }
}
