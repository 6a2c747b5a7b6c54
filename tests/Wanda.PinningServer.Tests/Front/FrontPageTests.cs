using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Front;

/// <summary>What whoever comes by is told at the root.</summary>
public sealed class FrontPageTests
{
    [Fact]
    public async Task Without_a_token_one_is_told_what_this_is_how_to_join_and_who_may_read()
    {
        await using var server = await TestServer.StartAsync(o => o with { PublicUrl = "https://pin.example.org/" });
        using var stranger = server.ClientOf(null);

        using var answer = await stranger.GetAsync("/");
        string page = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("<pre>wanda join https://pin.example.org CODE</pre>", page);
        Assert.Contains("https://pin.example.org/psa", page);
        Assert.Contains("Every node with a token may read", page);
        Assert.DoesNotContain(TestServer.Dome, page);
        using var head = await stranger.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"));
        Assert.Equal((HttpStatusCode.OK, ""), (head.StatusCode, await head.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Where_anybody_may_read_it_says_so()
    {
        await using var server = await TestServer.StartAsync(o => o with { Reads = Reads.Public });
        using var stranger = server.ClientOf(null);

        Assert.Contains("Anybody who knows a CID may read", await stranger.GetStringAsync("/"));
    }

    [Fact]
    public async Task A_server_that_has_nobody_yet_says_so()
    {
        await using var server = await TestServer.StartAsync(o => o with { Nodes = [] });
        using var stranger = server.ClientOf(null);

        Assert.Contains("Nobody has been invited yet", await stranger.GetStringAsync("/"));
    }
}
