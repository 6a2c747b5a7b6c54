using Wanda.SocketIO.Tests.Support;

namespace Wanda.SocketIO.Tests.Client;

/// <summary>The client against our server. Interop.Tests has it against the one from npm.</summary>
public class ClientTests
{
    [Fact]
    public async Task It_hears_sends_and_is_answered()
    {
        await using var server = await EchoServer.StartAsync();
        using var client = await SocketIOClient.ConnectAsync(server.Address, "/echo");
        await using var events = client.ReadAsync().GetAsyncEnumerator();

        await client.SendAsync(SocketIOEvent.Create("a", 1));
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("""["a",1]""", events.Current.Json);

        var reading = events.MoveNextAsync().AsTask();
        Assert.Equal("""["b","c"]""", await client.AskAsync(SocketIOEvent.Create("b", "c")));
        server.Echo.Broadcast(SocketIOEvent.Create("d"));
        Assert.True(await reading);
        Assert.Equal("d", events.Current.Name);
    }

    [Fact]
    public async Task A_namespace_that_is_not_there_and_a_server_that_is_none_are_told_apart()
    {
        await using var server = await EchoServer.StartAsync();
        Assert.Equal("It does not take us into /nowhere.", await RefusalAsync(server.Address, "/nowhere"));
        using var nobody = new HeldPort();
        Assert.StartsWith("It does not answer: ", await RefusalAsync(new($"http://127.0.0.1:{nobody.Number}"), "/echo"));
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_left_after_the_time_that_it_named()
    {
        var time = new JumpingTime();
        await using var server = await EchoServer.StartAsync(); // on another clock: it sends no ping meanwhile
        using var client = await SocketIOClient.ConnectAsync(server.Address, "/news", time: time);
        var reading = ReadToEndAsync(client);
        var asking = Assert.ThrowsAsync<SocketIOException>(() => client.AskAsync(SocketIOEvent.Create("x")));
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(50));
                return reading.IsCompleted;
            }, "the silence is noticed");

        Assert.Equal("Nothing came from it for 45 seconds.", await reading);
        Assert.Equal("The connection ended before the answer came.", (await asking).Message);
    }

    [Fact]
    public async Task The_end_of_the_server_is_the_end_of_the_connection()
    {
        await using var server = await EchoServer.StartAsync();
        using var client = await SocketIOClient.ConnectAsync(server.Address, "/echo");
        server.Server.Dispose();
        await ReadToEndAsync(client);
        await Assert.ThrowsAsync<SocketIOException>(() => client.AskAsync(SocketIOEvent.Create("too late")));
    }

    /// <summary>How it ended.</summary>
    private static async Task<string> ReadToEndAsync(SocketIOClient client) => (await Assert.ThrowsAsync<SocketIOException>(async () =>
    {
        await foreach (var _ in client.ReadAsync())
        {
        }
    })).Message;

    private static async Task<string> RefusalAsync(Uri server, string name) =>
        (await Assert.ThrowsAsync<SocketIOException>(() => SocketIOClient.ConnectAsync(server, name))).Message;
}
