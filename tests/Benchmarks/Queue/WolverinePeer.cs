using System.Diagnostics;
using System.Globalization;

namespace Benchmarks.Queue;

/// <summary>Wolverine's durable local queue on a SQLite file, in a process of its own: see <c>tests/Benchmarks.Wolverine</c>.</summary>
internal sealed class WolverinePeer : IAsyncDisposable
{
    private readonly Process _process;

    private WolverinePeer(Process process) => _process = process;

    public static async Task<WolverinePeer> StartAsync(CancellationToken cancellationToken)
    {
        // Built with this program, into the folder beside its own.
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(built.Parent!.Parent!.FullName, "Benchmarks.Wolverine", built.Name, "Benchmarks.Wolverine.dll");
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [program]) { RedirectStandardInput = true, RedirectStandardOutput = true },
        };
        process.Start();
        var peer = new WolverinePeer(process);
        if (await peer.ReadAsync(cancellationToken) != "ready")
            throw new InvalidOperationException("The peer did not start.");
        return peer;
    }

    /// <summary>Messages a second in one round.</summary>
    public async Task<double> RoundAsync(int messages, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(messages.ToString(CultureInfo.InvariantCulture).AsMemory(), cancellationToken);
        return double.Parse(await ReadAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("The peer ended without a result.");
}
