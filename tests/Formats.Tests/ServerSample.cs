using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Wanda.Ipfs;
using Wanda.PinningServer;

namespace Formats.Tests;

/// <summary>
/// A pinning server that knows everything once: a frame, a wanted one, a half-sent one, a session with room, a node that joined.
/// </summary>
internal sealed class ServerSample : IAsyncDisposable
{
    public const string Node = "dome-1";
    public const string Session = "M31";
    public static readonly byte[] Content = [1, 2, 3, 4];
    public static readonly Cid Cid = Cid.V1(Codec.Raw, Multihash.Sha256(Content));

    private const string Token = "a token that is in no secret's place";
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public HttpClient Client { get; private set; } = null!;

    public static async Task<ServerSample> StartAsync(string folder)
    {
        var server = new ServerSample();
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new PinningServerOptions
        {
            DataFolder = folder,
            Listen = "127.0.0.1:0",
            MinFreeBytes = 0,
            Nodes = [new NodeOptions { Name = Node, TokenSha256 = AccessToken.Hash(Token) }],
        };
        server._running = PinningServerHost.RunAsync(options, listening.SetResult, server._stop.Token);
        await await Task.WhenAny(listening.Task, server._running);
        server.Client = new HttpClient { BaseAddress = await listening.Task };
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return server;
    }

    /// <summary>Writes one of each.</summary>
    public static async Task FillAsync(string folder)
    {
        await using var server = await StartAsync(folder);
        await using var operators = await PinningServerOperator.OpenAsync(folder, TimeProvider.System);
        string invite = await operators.InviteAsync(new Invitation("dome-2") { QuotaBytes = 2_000_000_000_000 });
        Done(await server.Client.PostAsJsonAsync("/v0/join", new { invite, tokenSha256 = AccessToken.Hash(Token + "2") }));
        await operators.InviteAsync(new Invitation("dome-3"));

        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [Cid], new[] { Block.Verify(Cid, Content) }.ToAsyncEnumerable());
        Done(await server.Client.PostAsync($"/v0/car?capture=c1&session={Session}&number=7&name=m31-007.fits",
            new ByteArrayContent(car.ToArray())));
        Done(await server.Client.PostAsJsonAsync("/psa/pins",
            new { cid = Cid.V1(Codec.Raw, Multihash.Sha256("elsewhere"u8)).ToString(), name = "later", meta = new { app = "x" } }));
        Done(await server.Client.PostAsJsonAsync("/psa/pins",
            new { cid = Cid.V1(Codec.Raw, Multihash.Sha256("nowhere"u8)).ToString(), name = "unwanted" }));
        await operators.UnpinAsync((await operators.PinsAsync(limit: 1))[0].Id, "ana", "nobody has it");
        Done(await server.Client.PutAsJsonAsync($"/v0/sessions/{Session}", new { bytes = 1_000_000 }));
        var metadata = $"session {Convert.ToBase64String(Encoding.UTF8.GetBytes(Session))}";
        Done(await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v0/uploads")
        {
            Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Length", "1000" }, { "Upload-Metadata", metadata } },
        }));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private static void Done(HttpResponseMessage answer)
    {
        using (answer)
            answer.EnsureSuccessStatusCode();
    }
}
