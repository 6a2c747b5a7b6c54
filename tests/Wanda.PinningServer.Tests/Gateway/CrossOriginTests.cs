using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Gateway;

/// <summary>Pages of other origins in a browser: what they may ask, and where nobody is told that they may.</summary>
public sealed class CrossOriginTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_browser_may_ask_before_it_asks_with_and_without_tokens(bool publicReads)
    {
        await using var server = await TestServer.StartAsync(o => o with { Reads = publicReads ? Reads.Public : Reads.Nodes });
        using var page = server.ClientOf(null);
        foreach (string path in new[] { "/ipfs/bafkqaaa", "/ipfs/nonsense/a/b", "/ipns/x", "/routing/v1/providers/x" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, path)
            {
                Headers = { { "Origin", "https://x.example" }, { "Access-Control-Request-Headers", "range, authorization" } },
            };
            using var answer = await page.SendAsync(request);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("*", Value(answer, "Access-Control-Allow-Origin"));
            Assert.Equal("GET, HEAD, OPTIONS", Value(answer, "Access-Control-Allow-Methods"));
            Assert.Contains("Range", Value(answer, "Access-Control-Allow-Headers"));
            Assert.Contains("Authorization", Value(answer, "Access-Control-Allow-Headers"));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        }
    }

    [Fact]
    public async Task A_page_hears_errors_too_and_needs_a_token_where_one_is_needed()
    {
        await using var server = await TestServer.StartAsync();
        using var page = server.ClientOf(null);

        using var refused = await page.GetAsync("/ipfs/bafkqaaa");
        using var missing = await server.Client.GetAsync("/ipfs/bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
        using var wrong = await server.Client.GetAsync("/ipfs/nonsense");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.NotFound, HttpStatusCode.BadRequest),
            (refused.StatusCode, missing.StatusCode, wrong.StatusCode));
        Assert.All(new[] { refused, missing, wrong }, a => Assert.Equal("*", Value(a, "Access-Control-Allow-Origin")));
    }

    [Theory]
    [InlineData("/v0/pins")]
    [InlineData("/psa/pins")]
    [InlineData("/v0/node")]
    [InlineData("/metrics")]
    public async Task What_is_nobodys_to_read_is_told_to_no_page(string path)
    {
        await using var server = await TestServer.StartAsync(o => o with { Reads = Reads.Public });
        using var preflight = await server.ClientOf(null).SendAsync(new HttpRequestMessage(HttpMethod.Options, path));
        using var answer = await server.Client.GetAsync(path);

        Assert.NotEqual(HttpStatusCode.OK, preflight.StatusCode);
        Assert.All(new[] { preflight, answer }, a => Assert.False(a.Headers.Contains("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Where_this_machine_is_enough_no_page_is_let_in()
    {
        await using var server = await TestServer.StartAsync(o => o with { Nodes = [] });
        using var page = server.ClientOf(null);

        using var preflight = await page.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/ipfs/bafkqaaa"));
        using var answer = await page.GetAsync("/ipfs/bafkqaaa");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.All(new[] { preflight, answer }, a => Assert.False(a.Headers.Contains("Access-Control-Allow-Origin")));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Content_is_not_written_to(string method)
    {
        await using var server = await TestServer.StartAsync(o => o with { Reads = Reads.Public });
        using var answer = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/ipfs/bafkqaaa"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD", "OPTIONS"], answer.Content.Headers.Allow);
    }

    private static string Value(HttpResponseMessage answer, string header) => answer.Headers.GetValues(header).Single();
}
