using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Wanda.Interop.Tests.Kubo.Manager;

/// <summary>A node in a process of its own that runs a real Kubo; what it knows is asked through its REST interface.</summary>
public sealed partial class ManagedNode : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-managed-").FullName;
    private readonly HeldPort _port = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly string _program;
    private Process? _node;

    public ManagedNode(string more = "")
    {
        Skip.If(!OperatingSystem.IsLinux(), "A Kubo is managed on Linux alone: processes are found in /proc.");
        string? program = Peers.Find("ipfs");
        Skip.If(program is null,
            "Kubo's ipfs is neither on PATH nor in the folder that WANDA_PEERS names: it comes from https://dist.ipfs.tech/#kubo.");
        _program = program!;
        Watched = Directory.CreateDirectory(Path.Combine(_folder, "frames")).FullName;
        File.WriteAllText(ConfigFile, $$"""
            {
              "data": "{{Data}}", "storage": { "floor": "70MB" }, "clock": { "requireSync": false },
              "ops": { "listen": "http://127.0.0.1:{{_port.Number}}" },
              "watch": [{ "path": "{{Watched}}", "quiet": "00:00:01", "quietDoubtful": "00:00:01" }],
              "ipfs": { "kubo": { "manage": true, "program": "{{_program}}"{{more}} } }
            }
            """);
    }

    public string ConfigFile => Path.Combine(_folder, "wanda.json");

    public string Data => Path.Combine(_folder, "data");

    public string Watched { get; }

    public string Repository => Path.Combine(Data, "kubo");

    public void Start()
    {
        string command = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "WandaCommand").Value!;
        _node?.Dispose();
        _node = Process.Start(new ProcessStartInfo(command, ["up", "--config", ConfigFile]))!;
    }

    /// <summary>Ends it as a power cut does.</summary>
    public async Task KillAsync()
    {
        _node!.Kill();
        await _node.WaitForExitAsync();
    }

    /// <summary>Ends it as systemd does.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TermAsync()
    {
        Assert.Equal(0, Kill(_node!.Id, 15));
        using var patience = new CancellationTokenSource(Eventually.Bound);
        await _node.WaitForExitAsync(patience.Token);
        return _node.ExitCode;
    }

    /// <summary>A frame that appears in the watched folder.</summary>
    public void Save(string name) => File.WriteAllBytes(Path.Combine(Watched, name), RandomBytes(name));

    /// <summary>What <c>/api/ipfs</c> says, once it is so.</summary>
    public async Task<JsonNode> UntilAsync(string what, Func<JsonNode, bool> condition)
    {
        JsonNode? last = null;
        await Eventually.HoldsAsync(async () => (last = await AskAsync("/api/ipfs")) is { } said && condition(said), what,
            () => Task.FromResult($"{last}"));
        return last!;
    }

    public Task<JsonNode> UntilReadyAsync() => UntilAsync("Kubo is ready",
        said => (string?)said["phase"] == "ready" && (string?)said["trouble"] is null && said["facts"] is not null);

    /// <summary>Waits until so many frames have CIDs here, whatever Kubo does.</summary>
    public Task UntilAddedAsync(int frames) => Eventually.HoldsAsync(async () =>
        await AskAsync("/api/frames") is { } list
            && list["frames"]!.AsArray().Count(f => (string?)f!["cid"] is not null) == frames, $"{frames} frames are added");

    /// <summary>Waits until Kubo has pinned its only frame.</summary>
    /// <returns>The frame's CID.</returns>
    public async Task<string> UntilPinnedAsync()
    {
        await UntilAddedAsync(1);
        var cid = (string)(await AskAsync("/api/frames"))!["frames"]![0]!["cid"]!;
        await Eventually.HoldsAsync(
            async () => (await KuboAsync("pin", "ls", "--type=recursive")).Contains(cid, StringComparison.Ordinal), "Kubo has the frame");
        return cid;
    }

    public async Task<string> StatusAsync() => await _http.GetStringAsync(Address("/api/status"));

    /// <summary>Runs a command of Kubo's on the repository.</summary>
    public async Task<string> KuboAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(_program, arguments)
        {
            Environment = { ["IPFS_PATH"] = Repository },
            RedirectStandardOutput = true,
        })!;
        string written = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return written;
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is { HasExited: false })
            await TermAsync();
        _node?.Dispose();
        _http.Dispose();
        _port.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Uri Address(string path) => new($"http://127.0.0.1:{_port.Number}{path}");

    private async Task<JsonNode?> AskAsync(string path)
    {
        try
        {
            return JsonNode.Parse(await _http.GetStringAsync(Address(path)));
        }
        catch (Exception e) when (
            e is HttpRequestException { StatusCode: null or HttpStatusCode.ServiceUnavailable } or OperationCanceledException)
        {
            return null; // it starts, or is asked again
        }
    }

    private static byte[] RandomBytes(string seed)
    {
        var bytes = new byte[300_000];
        new Random(seed.Sum(c => c)).NextBytes(bytes);
        return bytes;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);
}
