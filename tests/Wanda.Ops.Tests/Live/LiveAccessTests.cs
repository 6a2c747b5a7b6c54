using System.Net;
using System.Net.WebSockets;

namespace Wanda.Ops.Tests.Live;

/// <summary>Who may hear live.</summary>
public class LiveAccessTests
{
    private const string Poll = "/socket.io/?EIO=4&transport=polling";

    [Fact]
    public async Task A_page_of_another_site_is_refused_and_the_hosts_own_is_not()
    {
        await using var console = await TestConsole.StartAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(console, "https://evil.example.org"));
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(console, "null"));
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(console, $"http://127.0.0.1:{console.Address.Port + 1}"));
        await ConnectAsync(console, console.Address.GetLeftPart(UriPartial.Authority));
        await ConnectAsync(console, null); // no browser

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(console, ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(console, ("Sec-Fetch-Site", "same-origin")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(console, ("Host", "rebound.example.org")));
    }

    [Fact]
    public async Task Where_there_is_a_token_it_is_wanted()
    {
        await using var console = await TestConsole.StartAsync(o => o with { Ops = o.Ops with { Token = "secret-token-of-the-test" } });
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(console, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(console, ("Accept", "*/*")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(console, ("Authorization", "Bearer secret-token-of-the-test")));
    }

    private static async Task ConnectAsync(TestConsole console, string? origin)
    {
        using var socket = new ClientWebSocket();
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        await socket.ConnectAsync(new($"ws://127.0.0.1:{console.Address.Port}/socket.io/?EIO=4&transport=websocket"), default);
    }

    private static async Task<HttpStatusCode> StatusAsync(TestConsole console, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Poll);
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var answer = await console.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
