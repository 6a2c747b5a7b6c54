using System.Diagnostics;
using System.Runtime.InteropServices;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Interop.Tests.Kubo.Manager;

/// <summary>A folder in which a manager may run a real daemon, and a second program that looks at what became of it.</summary>
public sealed partial class ManagedKubo : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<KuboManager> _managers = [];
    private readonly List<Process> _others = [];

    public ManagedKubo()
    {
        Skip.If(!OperatingSystem.IsLinux(), "A Kubo is managed on Linux alone: processes are found in /proc.");
        string? program = Peers.Find("ipfs");
        Skip.If(program is null,
            "Kubo's ipfs is neither on PATH nor in the folder that WANDA_PEERS names: it comes from https://dist.ipfs.tech/#kubo.");
        Program = program!;
        Options = new()
        {
            Repository = Path.Combine(_folder.Path, "kubo"),
            Program = Program,
            FirstWait = TimeSpan.FromMilliseconds(100),
        };
    }

    public string Program { get; }

    public string Folder => _folder.Path;

    public KuboManagerOptions Options { get; }

    public string Log => File.ReadAllText(Path.Combine(Options.RunFolder, "daemon.log"));

    /// <summary>A manager of the folder; it is ended with the test.</summary>
    public KuboManager Manager(Func<KuboManagerOptions, KuboManagerOptions>? change = null)
    {
        _managers.Add(new(change?.Invoke(Options) ?? Options, TimeProvider.System));
        return _managers[^1];
    }

    /// <summary>Takes steps until the daemon is as it should be.</summary>
    public static async Task<KuboManagerState> ReachAsync(KuboManager manager, KuboPhase phase, KuboTrouble trouble = KuboTrouble.None)
    {
        await Eventually.HoldsAsync(async () => await manager.RunAsync() is var s && s.Phase == phase && s.Trouble == trouble,
            $"{phase} {trouble}", () => Task.FromResult(manager.State.ToString()));
        return manager.State;
    }

    /// <summary>A daemon on the repository that the manager did not start.</summary>
    public async Task<Process> OtherAsync(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Program, ["daemon"])
        {
            Environment = { ["IPFS_PATH"] = Options.Repository },
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var other = Process.Start(start)!;
        _others.Add(other);
        while (await other.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("Daemon is ready", StringComparison.Ordinal))
                return other;
        }

        throw new PeerException("The other daemon did not start.");
    }

    /// <summary>Runs a command on the repository.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments)
        {
            Environment = { ["IPFS_PATH"] = Options.Repository },
            RedirectStandardOutput = true,
        })!;
        string written = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? written.Trim() : throw new PeerException($"{string.Join(' ', arguments)} failed");
    }

    /// <summary>How many daemons have the repository.</summary>
    public int Daemons() => Directory.EnumerateDirectories("/proc").Count(IsDaemon);

    public static bool IsAlive(int id) =>
        File.Exists($"/proc/{id}/stat") && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);

    public static void Signal(int id, PosixKill signal) => Assert.Equal(0, Kill(id, (int)signal));

    public async ValueTask DisposeAsync()
    {
        foreach (var manager in _managers)
            await manager.DisposeAsync();
        foreach (var other in _others)
        {
            other.Kill();
            await other.WaitForExitAsync();
            other.Dispose();
        }

        _folder.Dispose();
    }

    private bool IsDaemon(string process)
    {
        try
        {
            string[] words = File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
            return words.Contains("daemon")
                && File.ReadAllText(Path.Combine(process, "environ")).Split('\0').Contains($"IPFS_PATH={Options.Repository}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);
}

/// <summary>Signals, by their numbers on Linux.</summary>
public enum PosixKill
{
    Kill = 9,
    Go = 18,
    Stop = 19,
}
