using System.Net.WebSockets;
using Wanda.SocketIO.Tests.Support;

namespace Wanda.SocketIO.Tests.Server;

/// <summary>The server over a websocket, message by message.</summary>
public class WebSocketTests
{
    [Fact]
    public async Task A_client_joins_sends_and_is_answered()
    {
        await using var server = await EchoServer.StartAsync();
        using var client = await server.ConnectAsync();
        var handshake = await client.JoinAsync();
        Assert.Equal(["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"], handshake.AsObject().Select(m => m.Key));
        Assert.Equal((25_000, 20_000, 65_536),
            ((int)handshake["pingInterval"]!, (int)handshake["pingTimeout"]!, (int)handshake["maxPayload"]!));

        await client.SendAsync("""42/echo,["hello",{"a":[1,"ü"]},null]""");
        Assert.Equal("""42/echo,["hello",{"a":[1,"ü"]},null]""", await client.NextAsync());
        await client.SendAsync("""42/echo,17["ask"]""");
        Assert.Equal("""43/echo,17["ask"]""", await client.NextAsync());
    }

    [Fact]
    public async Task Namespaces_are_apart_and_one_that_is_not_there_is_refused()
    {
        await using var server = await EchoServer.StartAsync();
        using var client = await server.ConnectAsync();
        await client.JoinAsync();
        await client.SendAsync("40/nowhere,");
        Assert.Equal("""44/nowhere,{"message":"Invalid namespace"}""", await client.NextAsync());
        await client.SendAsync("40");
        Assert.StartsWith("40{", await client.NextAsync());
        await client.SendAsync("41/echo,"); // and the other one stays
        await client.SendAsync("40/echo?token=x,{\"token\":\"x\"}");
        Assert.StartsWith("40/echo,", await client.NextAsync());
        Assert.Equal(1, server.Echo.Count);
    }

    [Fact]
    public async Task Everybody_hears_what_is_broadcast_and_ids_are_of_160_bits()
    {
        await using var server = await EchoServer.StartAsync();
        var sessions = new List<string>();
        var clients = new List<RawSocket>();
        for (var i = 0; i < 5; i++)
        {
            clients.Add(await server.ConnectAsync());
            sessions.Add((string)(await clients[i].JoinAsync())["sid"]!);
        }

        server.Echo.Broadcast(SocketIOEvent.Create("news", new { n = 1 }));
        foreach (var client in clients)
        {
            Assert.Equal("""42/echo,["news",{"n":1}]""", await client.NextAsync());
            client.Dispose();
        }

        Assert.All(sessions, id => Assert.Equal(27, id.Length));
        Assert.Equal(5, sessions.Distinct().Count());
        await Eventually.HoldsAsync(() => server.Server.Sessions + server.Echo.Count == 0, "who left is forgotten");
    }

    public static TheoryData<string> Breaches() =>
        ["", "7", "x", "0{}", "2", "2probe", "49/echo,", "4", "44/echo,{}", "42/echo,", "42/echo,{}", "42/echo,[]", "42/echo,[1]",
            "42/echo,[\"connect\"]", "42/echo,[\"a\"", "42/echo,[\"\\ud800\"]", "42[\"not joined\"]", "40/echo,", "43/news,1[]",
            "451-/echo,[\"a\",{\"_placeholder\":true,\"num\":0}]", "461-/echo,1[]", "42/echo,1234567890123456[\"a\"]",
            "40/" + new string('a', 200) + ",", "42/echo,[\"a\"," + new string('[', 40) + new string(']', 40) + "]",
            "42/echo,[\"" + new string('a', 70_000) + "\"]"];

    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task Who_breaks_the_protocol_loses_his_session_and_nobody_else_notices(string breach)
    {
        await using var server = await EchoServer.StartAsync();
        using var other = await server.ConnectAsync();
        await other.JoinAsync();
        using var client = await server.ConnectAsync();
        await client.JoinAsync();

        await client.SendAsync(breach);

        Assert.Null(await client.NextAsync());
        await other.SendAsync("""42/echo,["still"]""");
        Assert.Equal("""42/echo,["still"]""", await other.NextAsync());
        await Eventually.HoldsAsync(() => server.Server.Sessions == 1, "the session is forgotten");
    }

    [Fact]
    public async Task Binary_data_and_a_message_without_end_close_the_session()
    {
        await using var server = await EchoServer.StartAsync();
        using var binary = await server.ConnectAsync();
        await binary.JoinAsync();
        await binary.SendAsync([1, 2, 3], WebSocketMessageType.Binary);
        Assert.Null(await binary.NextAsync());

        using var endless = await server.ConnectAsync();
        await endless.JoinAsync();
        var sending = Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (true)
                await endless.SendAsync(new byte[4096], WebSocketMessageType.Text, end: false);
        });
        Assert.Null(await endless.NextAsync());
        await sending;
    }

    [Fact]
    public async Task Who_sends_too_much_too_fast_is_dropped()
    {
        await using var server = await EchoServer.StartAsync(new() { MaxPerSecond = 1 }, new ManualTime());
        using var client = await server.ConnectAsync();
        await client.JoinAsync(); // one of ten
        for (var i = 0; i < 9; i++)
        {
            await client.SendAsync("""42/echo,["n"]""");
            Assert.Equal("""42/echo,["n"]""", await client.NextAsync());
        }

        await client.SendAsync("""42/echo,["n"]""");
        Assert.Null(await client.NextAsync());
    }

    [Fact]
    public async Task Who_does_not_read_is_dropped_and_not_buffered_without_end()
    {
        await using var server = await EchoServer.StartAsync();
        using var slow = await server.ConnectAsync();
        await slow.JoinAsync();
        var big = SocketIOEvent.Create("big", new string('x', 100_000));
        for (var sent = 0; server.Echo.Count > 0; sent++)
        {
            Assert.True(sent < 1000, "100 MB were taken for a client that reads nothing.");
            server.Echo.Broadcast(big);
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Who_does_not_answer_a_ping_or_joins_nothing_is_gone()
    {
        var time = new JumpingTime();
        await using var server = await EchoServer.StartAsync(time: time);
        using var idle = await server.ConnectAsync();
        Assert.StartsWith("0{", await idle.NextAsync());
        using var dead = await server.ConnectAsync();
        await dead.JoinAsync();
        using var alive = await server.ConnectAsync();
        await alive.JoinAsync();

        time.Advance(TimeSpan.FromSeconds(26));
        Assert.Equal("2", await alive.NextAsync());
        await alive.SendAsync("3");
        Assert.Equal("2", await dead.NextAsync());
        await alive.SendAsync("""42/echo,["pong is in"]""");
        await alive.NextAsync();
        time.Advance(TimeSpan.FromSeconds(21));

        Assert.Null(await dead.NextAsync());
        await alive.SendAsync("""42/echo,["here"]""");
        Assert.Equal("""42/echo,["here"]""", await alive.NextAsync());
        Assert.Equal("2", await idle.NextAsync());
        Assert.Null(await idle.NextAsync());
    }

    [Fact]
    public async Task A_server_that_is_full_or_closed_says_so()
    {
        await using var server = await EchoServer.StartAsync(new() { MaxSessions = 1 });
        using var first = await server.ConnectAsync();
        await first.JoinAsync();
        await Assert.ThrowsAsync<WebSocketException>(server.ConnectAsync);
        using var answer = await server.Client.GetAsync("/socket.io/?EIO=4&transport=polling");
        Assert.Equal(503, (int)answer.StatusCode);

        server.Server.Dispose();
        Assert.Null(await first.NextAsync());
        await Eventually.HoldsAsync(() => server.Server.Sessions == 0, "all sessions are over");
        await Assert.ThrowsAsync<WebSocketException>(server.ConnectAsync);
    }
}
