using System.Net;
using System.Text.Json.Nodes;
using Wanda.SocketIO.Tests.Support;

namespace Wanda.SocketIO.Tests.Server;

/// <summary>Long-polling, and the move from it to a websocket.</summary>
public class PollingTests
{
    private const string Begin = "/socket.io/?EIO=4&transport=polling";

    [Fact]
    public async Task A_client_polls_and_posts()
    {
        await using var server = await EchoServer.StartAsync();
        var session = await JoinAsync(server);

        Assert.Equal("ok", await PostAsync(server, session, "42/echo,[\"a\"]\x1e" + "42/echo,1[\"b\"]"));
        Assert.Equal("42/echo,[\"a\"]\x1e" + "43/echo,1[\"b\"]", await server.Client.GetStringAsync(session));
        var waiting = server.Client.GetStringAsync(session);
        server.Echo.Broadcast(SocketIOEvent.Create("news"));
        Assert.Equal("""42/echo,["news"]""", await waiting);
    }

    [Fact]
    public async Task It_moves_to_a_websocket_and_loses_nothing()
    {
        await using var server = await EchoServer.StartAsync();
        var session = await JoinAsync(server);
        var waiting = server.Client.GetStringAsync(session);
        using var socket = await RawSocket.ConnectAsync(server.Address, session.Split("sid=")[1]);

        await socket.SendAsync("2probe");
        Assert.Equal("3probe", await socket.NextAsync());
        Assert.Equal("6", await waiting); // the poll ends, so that the client can move
        server.Echo.Broadcast(SocketIOEvent.Create("between"));
        await socket.SendAsync("5");

        Assert.Equal("""42/echo,["between"]""", await socket.NextAsync());
        await socket.SendAsync("""42/echo,["moved"]""");
        Assert.Equal("""42/echo,["moved"]""", await socket.NextAsync());
        using var late = await server.Client.GetAsync(session);
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
    }

    [Fact]
    public async Task A_move_that_fails_leaves_the_session_as_it_is()
    {
        await using var server = await EchoServer.StartAsync();
        var session = await JoinAsync(server);
        using (var socket = await RawSocket.ConnectAsync(server.Address, session.Split("sid=")[1]))
        {
            await socket.SendAsync("2nonsense");
            Assert.Null(await socket.NextAsync());
        }

        await PostAsync(server, session, """42/echo,["still"]""");
        Assert.Equal("""42/echo,["still"]""", await server.Client.GetStringAsync(session));
    }

    [Theory]
    [InlineData("/socket.io/?EIO=3&transport=polling", 5)]
    [InlineData("/socket.io/?transport=polling", 5)]
    [InlineData("/socket.io/?EIO=4&transport=carrier-pigeon", 0)]
    [InlineData("/socket.io/?EIO=4&transport=polling&sid=made-up", 1)]
    [InlineData("/socket.io/?EIO=4&transport=websocket", 3)]
    public async Task What_it_does_not_take_is_told_by_its_number(string path, int code)
    {
        await using var server = await EchoServer.StartAsync();
        using var answer = await server.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(code, (int)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!);
    }

    [Fact]
    public async Task A_session_does_not_begin_with_a_post()
    {
        await using var server = await EchoServer.StartAsync();
        using var answer = await server.Client.PostAsync(Begin, new StringContent("40"));
        Assert.Equal("""{"code":2,"message":"Bad handshake method"}""", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("bAQIDBA==")]
    [InlineData("42/echo,[\"a\"]\x1e")]
    [InlineData("9")]
    public async Task A_breach_closes_the_session(string payload)
    {
        await using var server = await EchoServer.StartAsync();
        var session = await JoinAsync(server);
        Assert.NotEqual("ok", await PostAsync(server, session, payload));
        await Eventually.HoldsAsync(() => server.Server.Sessions == 0, "the session is forgotten");
    }

    [Fact]
    public async Task A_body_that_is_too_long_or_a_second_poll_closes_the_session()
    {
        await using var server = await EchoServer.StartAsync();
        var session = await JoinAsync(server);
        using var answer = await server.Client.PostAsync(session, new StringContent(new string('4', 70_000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);

        session = await JoinAsync(server);
        var both = await Task.WhenAll(server.Client.GetAsync(session), server.Client.GetAsync(session));
        Assert.Contains(both, a => a.StatusCode == HttpStatusCode.BadRequest);
        await Eventually.HoldsAsync(() => server.Server.Sessions == 0, "both sessions are forgotten");
    }

    /// <summary>The address of a session that joined <c>/echo</c>.</summary>
    private static async Task<string> JoinAsync(EchoServer server)
    {
        var opened = JsonNode.Parse((await server.Client.GetStringAsync(Begin))[1..])!;
        Assert.Equal("websocket", (string)Assert.Single(opened["upgrades"]!.AsArray())!);
        var session = $"{Begin}&sid={opened["sid"]}";
        await PostAsync(server, session, "40/echo,");
        Assert.StartsWith("""40/echo,{"sid":""", await server.Client.GetStringAsync(session));
        return session;
    }

    private static async Task<string> PostAsync(EchoServer server, string session, string payload)
    {
        using var answer = await server.Client.PostAsync(session, new StringContent(payload));
        return await answer.Content.ReadAsStringAsync();
    }
}
