using System.Net.Http.Headers;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.PinningServer;

namespace Wanda.Ops.Tests.Sessions;

/// <summary>A real pinning server on a free port of loopback, and a way to put a file on it as a node does: as one CAR.</summary>
internal sealed class TestDestination : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-pin-").FullName;
    private readonly string _token = AccessToken.Generate();
    private readonly CancellationTokenSource _stop = new();
    private BlockStore _store = null!;
    private Task _running = Task.CompletedTask;

    public Uri Address { get; private set; } = null!;

    /// <summary>The blocks of what was put there, for a second destination; only while the frame's file is here.</summary>
    public IBlockSource Blocks => _store;

    /// <summary>Nobody listens any more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public string Folder => Path.Combine(_folder, "server", "blocks", "blocks");

    public static async Task<TestDestination> StartAsync(bool publicReads = false)
    {
        var destination = new TestDestination();
        await destination.RunAsync(publicReads);
        return destination;
    }

    public DestinationOptions Options(string? token = null) => new()
    {
        Name = "altermundi",
        Url = Address.ToString(),
        Token = token ?? _token,
        FailureDomain = "altermundi",
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Gives a saved frame its CID, sends it, and records the proof.</summary>
    public async Task TakeAsync(TestNode node, CaptureRecord capture)
    {
        var cid = await PutAsync(node.Root.Resolve(capture.Path), capture);
        await node.AddCidAsync(capture, cid);
        await node.ProveAsync(capture, cid: cid);
    }

    /// <summary>Sends a file as a capture's, and tells the node nothing of it; gives its CID.</summary>
    public async Task<string> PutAsync(string file, CaptureRecord capture)
    {
        var added = await new EmbeddedNode(_store).AddFileAsync(file, capture.Id.ToString());
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [added.Root], _store.BlocksAsync(added.Root));
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", _token) } };
        var content = new ByteArrayContent(car.ToArray())
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/vnd.ipld.car") },
        };
        var answer = await http.PostAsync(new Uri(Address,
            $"v0/car?scope=dag&capture={capture.Id}&session={capture.Session}&number={capture.Number}&name=frame"), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return added.Root.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _store.DisposeAsync();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync(bool publicReads)
    {
        var tokenFile = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(tokenFile, _token);
        _store = await BlockStore.OpenAsync(Path.Combine(_folder, "node"), TimeProvider.System);
        var listening = new TaskCompletionSource<Uri>();
        _running = PinningServerHost.RunAsync(new PinningServerOptions
        {
            DataFolder = Path.Combine(_folder, "server"),
            Listen = "127.0.0.1:0",
            Nodes = [new NodeOptions { Name = "dome", TokenFile = tokenFile }],
            MinFreeBytes = 0,
            Reads = publicReads ? Reads.Public : Reads.Nodes,
        }, listening.SetResult, _stop.Token);
        await Task.WhenAny(listening.Task, _running);
        Address = await listening.Task;
    }
}
