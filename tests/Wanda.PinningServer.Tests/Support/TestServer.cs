using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>A real server on a free port of loopback, with a folder of its own; it can be stopped and started again on its data.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Dome = "dome";
    public const string Hill = "hill";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string> _tokens = new() { [Dome] = AccessToken.Generate(), [Hill] = AccessToken.Generate() };
    private readonly ServerLog _log = new();
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private TestServer(Func<PinningServerOptions, PinningServerOptions> change) => Change = change;

    public string Folder { get; } = Directory.CreateTempSubdirectory("wanda-pin-").FullName;

    /// <summary>What the test wants otherwise; another at the next start if it says so.</summary>
    public Func<PinningServerOptions, PinningServerOptions> Change { get; set; }

    public Uri Address { get; private set; } = null!;

    /// <summary>Where the operator's pages are, when the test wants some.</summary>
    public Uri? OperatorAddress { get; private set; }

    /// <summary>The client of node <c>dome</c>, which is the operator's own.</summary>
    public HttpClient Client { get; private set; } = null!;

    public static async Task<TestServer> StartAsync(Func<PinningServerOptions, PinningServerOptions>? change = null)
    {
        var server = new TestServer(change ?? (o => o));
        try
        {
            await server.RunAsync();
        }
        catch
        {
            Directory.Delete(server.Folder, recursive: true);
            throw;
        }

        return server;
    }

    public HttpClient ClientOf(string? node, Uri? over = null)
    {
        // A redirect is an answer to be looked at.
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = over ?? Address,
            Timeout = Patience,
        };
        if (node is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _tokens[node]);
        return client;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await RunAsync();
    }

    public Task StartAgainAsync() => RunAsync();

    /// <summary>The same, and returns after the first collection, which comes with the start.</summary>
    public async Task StartAndCollectAsync()
    {
        int before = _log.Count("Collected ");
        await RunAsync();
        await Eventually.HoldsAsync(() => _log.Count("Collected ") > before, "the collection at the start");
        Assert.Equal(0, _log.Count("Maintenance failed"));
    }

    /// <summary>The blocks of uploads under way.</summary>
    public string[] Staged() => Directory.GetFiles(Path.Combine(Folder, "blocks", "staging"), "*.block", SearchOption.AllDirectories);

    /// <summary>Returns when two collections have run since the call, so that one began after it; fails when one was given up.</summary>
    public async Task CollectedAsync()
    {
        int before = _log.Count("Collected ");
        await Eventually.HoldsAsync(() => _log.Count("Collected ") >= before + 2, "two collections");
        Assert.Equal(0, _log.Count("Maintenance failed"));
    }

    /// <summary>Whether something was logged since the server was made.</summary>
    public bool Logged(string text) => _log.Count(text) > 0;

    public string[] Blocks() => Directory.GetFiles(Path.Combine(Folder, "blocks", "blocks"), "*", SearchOption.AllDirectories);

    public async Task StopAsync()
    {
        Client.Dispose();
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task RunAsync()
    {
        var options = Change(new PinningServerOptions
        {
            DataFolder = Folder,
            Listen = "127.0.0.1:0",
            MinFreeBytes = 0,
            Nodes =
            [
                .. _tokens.Select(t => new NodeOptions
                {
                    Name = t.Key,
                    TokenSha256 = AccessToken.Hash(t.Value),
                    ReadsMetrics = t.Key == Dome,
                }),
            ],
        });
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _stop = new CancellationTokenSource();
        _running = PinningServerHost.RunAsync(options, listening.SetResult, _stop.Token, logging => logging.AddProvider(_log),
            address => OperatorAddress = address);
        // If it ends before it listens, this throws why.
        await await Task.WhenAny(listening.Task, _running).WaitAsync(Patience);
        Address = await listening.Task.WaitAsync(Patience);
        Client = ClientOf(Dome);
    }
}
