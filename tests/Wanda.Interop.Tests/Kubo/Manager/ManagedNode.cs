using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Wanda.Catalog;

namespace Wanda.Interop.Tests.Kubo.Manager;

/// <summary>A node in a process of its own that runs a real Kubo, with the folder's catalogue to look into.</summary>
public sealed partial class ManagedNode : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-managed-").FullName;
    private readonly string _program;
    private Process? _node;
    private Task<string> _log = Task.FromResult("");

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
              "watch": [{ "path": "{{Watched}}", "quiet": "00:00:01", "quietDoubtful": "00:00:01" }],
              "ipfs": { "kubo": { "manage": true, "program": "{{_program}}"{{more}} } }
            }
            """);
    }

    public string ConfigFile => Path.Combine(_folder, "wanda.json");

    public string Data => Path.Combine(_folder, "data");

    public string Watched { get; }

    public string Repository => Path.Combine(Data, "kubo");

    public void Start() => Start("up", "--role", "workers", "--role", "capture", "--config", ConfigFile);

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

    /// <summary>How its Kubo is.</summary>
    public async Task<KuboLife?> LifeAsync() => await OpenAsync() is { } catalogue
        ? await catalogue.Node.FindKuboLifeAsync(CancellationToken.None)
        : null;

    /// <summary>What its Kubo takes.</summary>
    public async Task<KuboReport?> ReportAsync() => await OpenAsync() is { } catalogue
        ? await catalogue.Node.FindKuboAsync(CancellationToken.None)
        : null;

    public async Task<KuboLife> UntilAsync(string phase, string trouble = "none", Func<KuboLife, bool>? more = null)
    {
        KuboLife? life = null;
        await Eventually.HoldsAsync(
            async () => (life = await LifeAsync()) is { } l && l.Phase == phase && l.Trouble == trouble && more?.Invoke(l) != false,
            $"{phase} {trouble}", () => Task.FromResult($"{life}"));
        return life!;
    }

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
        await _log;
        _node?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Start(params string[] arguments)
    {
        string command = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "WandaCommand").Value!;
        _node?.Dispose();
        _node = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true })!;
        _log = _node.StandardOutput.ReadToEndAsync();
    }

    private async Task<Catalogue?> OpenAsync()
    {
        string file = Path.Combine(Data, "catalogue.db");
        return File.Exists(file) ? await Catalogue.OpenAsync(file, TimeProvider.System, CancellationToken.None) : null;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);
}
