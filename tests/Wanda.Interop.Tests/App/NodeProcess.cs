using System.Diagnostics;
using System.Threading.Channels;

namespace Wanda.Interop.Tests.App;

/// <summary>A script of <c>peers/wanda-app</c> that runs until it is disposed, and says a line at a time.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const string Folder = "wanda-app";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private NodeProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
                _lines.Writer.TryWrite(text);
            else
                _lines.Writer.TryComplete();
        };
        process.BeginOutputReadLine();
    }

    public static async Task<NodeProcess> StartAsync(string script, params string[] arguments)
    {
        await NodePeer.InstallAsync(Folder);
        return new(Process.Start(new ProcessStartInfo("node", [script, .. arguments])
        {
            WorkingDirectory = Path.Combine(NodePeer.Folder, Folder),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
    }

    public async Task<string> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _lines.Reader.ReadAsync(patience.Token);
    }

    public async Task SayAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
