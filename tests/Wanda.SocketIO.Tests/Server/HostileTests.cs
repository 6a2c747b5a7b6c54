using System.Net.WebSockets;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Wanda.SocketIO.Tests.Support;

namespace Wanda.SocketIO.Tests.Server;

/// <summary>Whatever a client says: the server stands, and what it passes on is what came.</summary>
[Trait("Rerun", "Never")]
public class HostileTests
{
    // Of what packets are made of, so that many are nearly right.
    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Elements("0", "1", "2", "3", "4", "5", "6", "40", "41", "42", "43", "44", "45", "/echo", "/", ",", "-", "?", "7", "[", "]",
            "\"", "[\"a\"]", "{}", "{\"_placeholder\":true}", "probe", "\x1e", "\\ud800", "null", "99999999999999999999"),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => s.Get));

    private static readonly Arbitrary<string> Message = Gen.ArrayOf(Piece).Select(string.Concat).ToArbitrary();

    [Fact]
    public async Task No_message_brings_the_server_down()
    {
        await using var server = await EchoServer.StartAsync();
        Prop.ForAll(Message, message => SayAsync(server, message).GetAwaiter().GetResult()).MustHold(300);

        await Eventually.HoldsAsync(() => server.Server.Sessions + server.Echo.Count == 0, "nothing is left of them");
        using var client = await server.ConnectAsync();
        await client.JoinAsync();
    }

    [Fact]
    public async Task No_payload_brings_the_server_down()
    {
        await using var server = await EchoServer.StartAsync(new() { MaxSessions = 400 });
        Prop.ForAll(Message, message => PollAsync(server, message).GetAwaiter().GetResult()).MustHold(150);
        using var client = await server.ConnectAsync();
        await client.JoinAsync();
    }

    [Fact]
    public async Task Any_text_comes_back_as_it_was_sent()
    {
        await using var server = await EchoServer.StartAsync(new() { MaxPerSecond = 100_000 });
        using var client = await SocketIOClient.ConnectAsync(server.Address, "/echo");
        await using var events = client.ReadAsync().GetAsyncEnumerator();
        Prop.ForAll<string[]>(texts =>
        {
            var words = texts.Select(t => t is null ? null : new string([.. t.Where(c => !char.IsSurrogate(c))])).ToArray();
            client.SendAsync(SocketIOEvent.Create("say", [.. words])).GetAwaiter().GetResult();
            return events.MoveNextAsync().AsTask().GetAwaiter().GetResult() && events.Current.Name == "say"
                && JsonSerializer.Deserialize<string?[]>(events.Current.Json)!.Skip(1).SequenceEqual(words);
        }).MustHold();
    }

    private static async Task SayAsync(EchoServer server, string message)
    {
        using var client = await server.ConnectAsync();
        await client.JoinAsync();
        await client.SendAsync(message);
        try
        {
            await client.SendAsync("1"); // so that it ends either way
        }
        catch (WebSocketException) // it was over already
        {
        }

        while (await client.NextAsync() is { } said)
            Assert.InRange(said.Length, 1, message.Length + 100);
    }

    private static async Task PollAsync(EchoServer server, string message)
    {
        const string Begin = "/socket.io/?EIO=4&transport=polling";
        var sid = JsonDocument.Parse((await server.Client.GetStringAsync(Begin))[1..]).RootElement.GetProperty("sid").GetString();
        foreach (var payload in (string[])["40/echo,", message, "1"])
        {
            using var answer = await server.Client.PostAsync($"{Begin}&sid={sid}", new StringContent(payload));
            Assert.InRange((int)answer.StatusCode, 200, 499);
        }
    }
}
