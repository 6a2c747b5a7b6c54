using Wanda.PinningServer;

namespace Wanda.Workers.Tests.Support;

/// <summary>A real pinning server on loopback with a folder of its own.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private string Folder { get; } = Directory.CreateTempSubdirectory("wanda-server-").FullName;

    public string Token { get; } = AccessToken.Generate();

    public Uri Address { get; private set; } = null!;

    public static async Task<RealServer> StartAsync(long? quotaBytes = null, bool publicReads = false)
    {
        var server = new RealServer();
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        server._running = PinningServerHost.RunAsync(new PinningServerOptions
        {
            DataFolder = server.Folder,
            Listen = "127.0.0.1:0",
            MinFreeBytes = 0,
            PublicReads = publicReads,
            Nodes = [new NodeOptions { Name = "dome", TokenSha256 = AccessToken.Hash(server.Token), QuotaBytes = quotaBytes }],
        }, listening.SetResult, server._stop.Token);
        await await Task.WhenAny(listening.Task, server._running).WaitAsync(Patience);
        server.Address = await listening.Task;
        return server;
    }

    /// <summary>What its operator can do, beside it.</summary>
    public Task<PinningServerOperator> OperatorAsync() => PinningServerOperator.OpenAsync(Folder, TimeProvider.System);

    /// <summary>The files of its blocks, largest first.</summary>
    public List<FileInfo> Blocks() =>
        [.. new DirectoryInfo(Path.Combine(Folder, "blocks", "blocks")).EnumerateFiles("*", SearchOption.AllDirectories)
            .OrderByDescending(f => f.Length)];

    /// <summary>Bytes of uploads that are not finished.</summary>
    public long Arrived() => new DirectoryInfo(Path.Combine(Folder, "uploads")).EnumerateFiles().Sum(f => f.Length);

    public async Task<byte[]> GetAsync(string cid)
    {
        using var http = Client();
        return await http.GetByteArrayAsync($"ipfs/{cid}");
    }

    public async Task<string> GetTextAsync(string path)
    {
        using var http = Client();
        return await http.GetStringAsync(path);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        _stop.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private HttpClient Client() =>
        new() { BaseAddress = Address, Timeout = Patience, DefaultRequestHeaders = { Authorization = new("Bearer", Token) } };
}
