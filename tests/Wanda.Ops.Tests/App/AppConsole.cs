using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Wanda.Hosting;
using Wanda.Ops.Tests.Sessions;

namespace Wanda.Ops.Tests.App;

/// <summary>A console beside a stand-in for the app, whose folder is watched, and a real pinning server to get frames back from.</summary>
public abstract class AppConsole : IAsyncLifetime
{
    private protected const string Token = "a long and random token";

    private protected StandInApp App { get; private set; } = null!;

    private protected TestDestination Server { get; private set; } = null!;

    private protected TestConsole Console { get; private set; } = null!;

    private protected TestNode Node => Console.Node;

    private protected HttpClient Client => Console.Client;

    public async Task InitializeAsync()
    {
        App = await StandInApp.StartAsync();
        Server = await TestDestination.StartAsync();
        Console = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await Console.DisposeAsync();
        await Server.DisposeAsync();
        await App.DisposeAsync();
    }

    private protected Task<TestConsole> StartAsync(
        Func<OpsOptions, OpsOptions>? ops = null, TimeProvider? time = null, string? frames = null) =>
        TestConsole.StartAsync(o => o with
        {
            Watch = [new WatchOptions { Path = App.Folder, Name = "captures" }],
            Destinations = [Server.Options()],
            Release = o.Release with { LowWater = new ByteSize(0) },
            Storage = o.Storage with { Root = frames ?? o.Storage.Root },
            Ops = (ops ?? (x => x))(o.Ops with { App = App.Address }),
        }, time: time);

    /// <summary>A picture of the app that was taken, proven, and let go; it is not in the app's folder any more.</summary>
    private protected async Task<byte[]> FreedAsync(
        string path, int size = 1000, DateTimeOffset? at = null, string session = "night")
    {
        var bytes = Picture(size);
        var capture = await Node.SaveAsync(watched: path, bytes: bytes, at: at, name: $"{Guid.NewGuid():N}.jpg", session: session);
        await Server.TakeAsync(Node, capture);
        await Node.ReleaseAsync(capture);
        return bytes;
    }

    private protected static byte[] Picture(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 }.CopyTo(bytes, 0);
        return bytes;
    }

    private protected async Task<JsonNode> DataAsync(string address) => (await GoodAsync(await Client.GetAsync(address)))["data"]!;

    private protected static async Task<JsonNode> GoodAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {body}");
        var json = JsonNode.Parse(body)!;
        Assert.True((bool)json["success"]!, body);
        Assert.NotEmpty((string)json["message"]!);
        return json;
    }

    /// <summary>Holds a refusal against its form: flat, with a text.</summary>
    private protected static async Task<string> RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {body}");
        var json = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal(["code", "error", "success"], json.Select(p => p.Key).Order());
        Assert.Equal((false, code), ((bool)json["success"]!, (string)json["code"]!));
        Assert.NotEmpty((string)json["error"]!);
        return (string)json["error"]!;
    }
}
