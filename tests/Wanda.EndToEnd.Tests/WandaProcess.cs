using System.Diagnostics;

namespace Wanda.EndToEnd.Tests;

/// <summary>The real program in a process of its own.</summary>
public sealed class WandaProcess : IAsyncDisposable
{
    // Sessions are named by nights, which end at noon of the machine's own time. Where it is just past midnight none ends while a test
    // runs.
    private static readonly string Midnight = TimeProvider.System.GetUtcNow().Hour is var hour && hour <= 12
        ? $"Etc/GMT+{hour}"
        : $"Etc/GMT-{24 - hour}";

    private readonly Process _process;
    private readonly Task<string>[] _output;

    private WandaProcess(Process process) =>
        (_process, _output) = (process, [process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()]);

    public bool HasExited => _process.HasExited;

    /// <summary>Starts <c>wanda</c> with arguments.</summary>
    public static WandaProcess Start(params IEnumerable<string> arguments) => Start([], arguments);

    /// <summary>The same as another user: root may do so.</summary>
    public static WandaProcess StartAs(int user, params IEnumerable<string> arguments) =>
        Start(["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups"], arguments);

    private static WandaProcess Start(IReadOnlyList<string> wrapper, IEnumerable<string> arguments)
    {
        string[] command = [.. wrapper, "dotnet"];
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Diagnostics leave sockets in the temporary folder, which outlive a kill.
            Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_EnableDiagnostics"] = "0", ["TZ"] = Midnight },
        };
        foreach (var part in command.Skip(1))
            start.ArgumentList.Add(part);
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "wanda.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return new WandaProcess(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(TimeSpan limit, params IEnumerable<string> arguments)
    {
        await using var wanda = Start(arguments);
        return await wanda.EndAsync(limit);
    }

    /// <summary>Waits for its end. Kills it, and says so, when that does not come in time.</summary>
    public async Task<(int ExitCode, string Output)> EndAsync(TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return (_process.ExitCode, string.Concat(await Task.WhenAll(_output)));
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            throw new TimeoutException(
                $"wanda did not end within {limit.TotalSeconds:0} s. It said:\n{string.Concat(await Task.WhenAll(_output))}");
        }
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        await Task.WhenAll(_output);
        _process.Dispose();
    }
}
