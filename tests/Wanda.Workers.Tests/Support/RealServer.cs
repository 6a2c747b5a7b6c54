using System.Text.Json.Nodes;
using Wanda.PinningServer;

namespace Wanda.Workers.Tests.Support;

/// <summary>A real pinning server on loopback with a folder of its own.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly HeldPort _port = new();
    private TimeSpan _often = TimeSpan.FromHours(1);
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Where it keeps what it was given.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("wanda-server-").FullName;

    public string Token { get; } = AccessToken.Generate();

    public Uri Address { get; private set; } = null!;

    public static async Task<RealServer> StartAsync(long? quotaBytes = null, bool publicReads = false)
    {
        var server = new RealServer { Options = (quotaBytes, publicReads) };
        await server.StartAsync();
        return server;
    }

    private (long? QuotaBytes, bool PublicReads) Options { get; init; }

    /// <summary>Starts it again on what is in its folder, at the same address.</summary>
    public async Task StartAsync()
    {
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _stop = new CancellationTokenSource();
        _running = PinningServerHost.RunAsync(new PinningServerOptions
        {
            DataFolder = Folder,
            Listen = $"127.0.0.1:{_port.Number}",
            MinFreeBytes = 0,
            MaintainEvery = _often,
            InspectEvery = _often == TimeSpan.FromHours(1) ? TimeSpan.FromDays(30) : _often,
            // A node of ours needs nothing that others have there.
            Reads = Options.PublicReads ? Reads.Public : Reads.Own,
            Nodes = [new NodeOptions { Name = "dome", TokenSha256 = AccessToken.Hash(Token), QuotaBytes = Options.QuotaBytes }],
        }, listening.SetResult, _stop.Token);
        await await Task.WhenAny(listening.Task, _running).WaitAsync(Patience);
        Address = await listening.Task;
    }

    /// <summary>Has it read all that it keeps, and returns once it knows of so many pins that lost bytes.</summary>
    public async Task InspectedAsync(int lost)
    {
        await StopAsync();
        _often = TimeSpan.FromSeconds(1);
        await StartAsync();
        await Eventually.HoldsAsync(async () => (int)JsonNode.Parse(await GetTextAsync("v0/node"))!["broken"]!["pins"]! == lost,
            $"{lost} pins are known to be broken");
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        _stop.Dispose();
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
        await StopAsync();
        _port.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private HttpClient Client() =>
        new() { BaseAddress = Address, Timeout = Patience, DefaultRequestHeaders = { Authorization = new("Bearer", Token) } };
}
