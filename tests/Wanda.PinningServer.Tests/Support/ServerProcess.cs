using System.Diagnostics;
using System.Net.Http.Headers;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>A server as a process of its own, to be killed (SIGKILL) and started again on the same data.</summary>
internal sealed class ServerProcess(string? kubo = null, SystemCalls? watched = null, (string Namespace, string Address)? elsewhere = null,
    IReadOnlyList<string>? nodes = null, string? umask = null, bool forgets = false)
    : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _token = AccessToken.Generate();
    private Process? _process;

    public string Folder { get; } = Directory.CreateTempSubdirectory("wanda-kill-").FullName;

    public string Token => _token;

    public HttpClient Client { get; private set; } = null!;

    public async Task StartAsync()
    {
        string tokenFile = Path.Combine(Folder, "token");
        await File.WriteAllTextAsync(tokenFile, _token);
        string[] daemon = kubo is null ? [] : [kubo];
        string[] command = ["dotnet", typeof(ServerProcess).Assembly.Location, Folder, tokenFile, .. daemon];
        command = watched?.Of(command) ?? command;
        if (umask is not null)
            command = ["sh", "-c", $"umask {umask}; exec \"$@\"", "sh", .. command];
        if (elsewhere is { } network)
            command = ["ip", "netns", "exec", network.Namespace, .. command];
        _process = Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment =
                {
                    ["DOTNET_EnableDiagnostics"] = "0", // its sockets outlive a kill, in the temporary folder
                    ["SERVER_NODES"] = string.Join(' ', nodes ?? []),
                    ["SERVER_FORGETS"] = forgets ? "1" : null,
                    ["SERVER_LISTEN"] = elsewhere is null ? null : $"{elsewhere.Value.Address}:0",
                },
            })!;
        string? address = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        if (address is null)
            Assert.Fail($"The server ended: {await _process.StandardError.ReadToEndAsync().WaitAsync(Patience)}");
        Client?.Dispose();
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token);
    }

    /// <summary>The client of another of its nodes.</summary>
    public HttpClient ClientOf(string node)
    {
        var client = new HttpClient { BaseAddress = Client.BaseAddress, Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token + node);
        return client;
    }

    /// <inheritdoc cref="ProcessMemory"/>
    public (long Now, long Most) Memory() => ProcessMemory.Of(_process!.Id);

    /// <summary>SIGKILL: the process gets no chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
        Client?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
