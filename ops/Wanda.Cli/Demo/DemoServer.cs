using System.Diagnostics;
using Wanda.Cli.Up;
using Wanda.Ops;

namespace Wanda.Cli.Demo;

/// <summary>The demo's pinning server: this same program, in a process of its own. It ends with the demo, however that ends.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(15);
    private readonly Process _process;
    private readonly Task _log;

    private DemoServer(Process process, Uri address, Task log) => (_process, Address, _log) = (process, address, log);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <exception cref="OpsException">It did not start; its log says why.</exception>
    public static async Task<DemoServer> StartAsync(DemoFolder folder, string node, CancellationToken cancellationToken)
    {
        folder.RefreshServerPort();
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true, // its end tells the server to stop, even when this process is killed
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(DemoServer).Assembly.Location);
        foreach (var argument in Arguments(folder, node).Append("--until-stdin-closes"))
            start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new OpsException("The pinning server's process did not start.");
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = Task.WhenAll(
            CopyAsync(process.StandardOutput, folder.Log("pinning-server"), listening),
            CopyAsync(process.StandardError, folder.Log("pinning-server.err"), null));
        var exited = process.WaitForExitAsync(cancellationToken);
        if (await Task.WhenAny(listening.Task, exited).WaitAsync(cancellationToken) == exited)
        {
            var said = (await log).LastOrDefault(line => line.Trim().Length > 0) ?? $"it ended with code {process.ExitCode}";
            throw new OpsException($"The pinning server did not start: {said} Its log is {folder.Log("pinning-server")}.");
        }

        return new DemoServer(process, await listening.Task, log);
    }

    /// <summary>
    /// The server of a demo that does not run now, for whoever wants its frames back. Null when there is no such demo, or when it runs.
    /// </summary>
    public static async Task<DemoServer?> StartWhenAwayAsync(DemoFolder? folder, CancellationToken cancellationToken) =>
        folder is not null && ListenAddress.Problem($"http://127.0.0.1:{folder.ServerPort()}") is null
            ? await StartAsync(folder, "demo", cancellationToken)
            : null;

    /// <summary>The server's command line.</summary>
    public static IEnumerable<string> Arguments(DemoFolder folder, string node) =>
    [
        "pinning-server", "--data", folder.Server, "--listen", $"127.0.0.1:{folder.ServerPort()}", "--operator-listen", "none",
        "--node", $"{node}={folder.TokenFile}",
        "--public-reads", "--min-free", "50000000",
    ];

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(StopTime);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _log;
        _process.Dispose();
    }

    /// <returns>The last line.</returns>
    private static async Task<string> CopyAsync(StreamReader output, string path, TaskCompletionSource<Uri>? listening)
    {
        const string prefix = "Listening on ";
        await using var log = new StreamWriter(path, append: true) { AutoFlush = true };
        var last = "";
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
                listening?.TrySetResult(new Uri(line[prefix.Length..]));
            await log.WriteLineAsync(line);
            last = line;
        }

        return last;
    }
}
