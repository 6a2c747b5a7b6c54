using System.Collections.Concurrent;
using System.Diagnostics;

namespace MassTransit.SqlTransport.Sqlite.Tests.Processes;

/// <summary>This assembly, run as a process of its own; see <c>Program.cs</c> for what it does.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _said = new();
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>The numbers it has said so far.</summary>
    public IReadOnlyList<int> Said => [.. _said.Where(line => line != "ready").Select(int.Parse)];

    /// <summary>How many numbers it has said so far.</summary>
    public int SaidCount => Math.Max(0, _said.Count - 1); // "ready" is none

    /// <summary>Starts it and waits until its bus runs.</summary>
    public static Task<ChildProcess> StartAsync(string verb, string path, params (string Name, string Value)[] environment) =>
        StartAsync(verb, Create([], Folder, verb, path, environment));

    /// <summary>The same under strace, which writes its syncs and the files they are of into a file.</summary>
    public static Task<ChildProcess> StartTracedAsync(string verb, string path, string trace) =>
        StartAsync(verb, Create(["strace", "-f", "-y", "-qq", "-e", "trace=fsync,fdatasync", "-o", trace], Folder, verb, path, []));

    private static async Task<ChildProcess> StartAsync(string verb, Process process)
    {
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } said)
                child._said.Enqueue(said);
        };
        process.Start();
        process.BeginOutputReadLine();
        await Wait.Until(() => child._said.Contains("ready") || process.HasExited, $"{verb} to start");
        return child;
    }

    /// <summary>Runs a copy of it, from another folder, to its end.</summary>
    /// <returns>All that it said.</returns>
    public static async Task<string> RunAsync(string folder, string verb, string path)
    {
        using var process = Create([], folder, verb, path, []);
        process.Start();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }

    /// <summary>SIGKILL, then everything that it had said.</summary>
    public async Task<IReadOnlyList<int>> KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        return Said;
    }

    /// <summary>Lets it stop as it should.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Folder => AppContext.BaseDirectory;

    private static Process Create(string[] wrapper, string folder, string verb, string path, (string Name, string Value)[] environment)
    {
        // Under a test host the process path is the host's: run this assembly with the same dotnet.
        var dotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath!).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? Environment.ProcessPath!
            : "dotnet";
        string[] command = [.. wrapper, dotnet, Path.Combine(folder, Path.GetFileName(typeof(ChildProcess).Assembly.Location)), verb, path];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new Process { StartInfo = start };
    }
}
