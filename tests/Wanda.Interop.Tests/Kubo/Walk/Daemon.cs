using System.Diagnostics;
using System.Globalization;

namespace Wanda.Interop.Tests.Kubo.Walk;

/// <summary>One process of the walk: started, ended in all ways, held and let go on.</summary>
/// <param name="name">What it is called in failures.</param>
/// <param name="log">The file that it writes to.</param>
/// <param name="command">How it is started now.</param>
/// <param name="answers">Whether it does what it is for.</param>
internal sealed class Daemon(string name, string log, Func<ProcessStartInfo> command, Func<Task<bool>> answers) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private Process? _process;
    private Task _ready = Task.CompletedTask;
    private bool _isHeld;

    public string Name => name;

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; }

    /// <summary>Whether it runs, is not held, and has answered since its start.</summary>
    public bool IsUp => _process is { HasExited: false } && !_isHeld && _ready.IsCompletedSuccessfully;

    /// <summary>Starts it; it answers later.</summary>
    public void Start()
    {
        var start = command();
        var logged = new ProcessStartInfo("sh", ["-c", $"exec \"$@\" >>{log} 2>&1", "sh", start.FileName, .. start.ArgumentList]);
        foreach (var (key, value) in start.Environment)
            logged.Environment[key] = value;
        _process = Process.Start(logged)!;
        Starts++;
        _isHeld = false;
        _ready = ReadyAsync(_process);
    }

    /// <summary>Returns when it answers.</summary>
    public Task ReadyAsync() => _ready;

    /// <summary>Fails when it ended by itself, or does not answer in time.</summary>
    public void MustRun()
    {
        if (_ready.IsFaulted)
            _ready.GetAwaiter().GetResult();
        if (_process is { HasExited: true })
            Assert.Fail($"{name} ended by itself ({_process.ExitCode}): {Tail()}");
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        process.Kill();
        await EndedAsync(process);
    }

    /// <summary>SIGTERM, and waits for its end.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
            return;
        await SignalAsync("TERM");
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{name} did not end within {Patience.TotalSeconds} s of its SIGTERM: {Tail()}");
        }

        await EndedAsync(process);
    }

    /// <summary>SIGSTOP.</summary>
    public Task HoldAsync()
    {
        _isHeld = true;
        return SignalAsync("STOP");
    }

    /// <summary>SIGCONT.</summary>
    public async Task LetGoAsync()
    {
        await SignalAsync("CONT");
        _isHeld = false;
    }

    /// <summary>The end of what it wrote.</summary>
    public string Tail()
    {
        var lines = File.Exists(log) ? File.ReadAllLines(log) : [];
        return $"\n{string.Join('\n', lines[^Math.Min(40, lines.Length)..])}";
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task EndedAsync(Process process)
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        _process = null;
        _ready = Task.CompletedTask;
        process.Dispose();
    }

    private Task SignalAsync(string signal) =>
        _process is { HasExited: false } process
            ? Shell.RunAsync("kill", $"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture))
            : Task.CompletedTask;

    private async Task ReadyAsync(Process process)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (_process == process && !process.HasExited)
        {
            try
            {
                if (!_isHeld && await answers())
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Not yet.
            }

            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"{name} did not answer within {Patience.TotalSeconds} s of its start: {Tail()}");
            await Task.Delay(Look, TimeProvider.System);
        }
    }
}
