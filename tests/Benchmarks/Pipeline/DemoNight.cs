using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Wanda.Catalog;

namespace Benchmarks.Pipeline;

/// <summary>One <c>wanda demo</c> as a child process, in a folder that goes with it.</summary>
internal sealed partial class DemoNight : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(10);

    // SQLite's logs are emptied two seconds after the last write; those bytes belong to the night.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(4);

    private readonly string _folder;
    private readonly Process _process;
    private readonly Task _output;
    private readonly int _frames;
    private readonly bool _countSyncs;
    private Catalogue? _catalogue;
    private SyncCounter? _nodeSyncs, _serverSyncs;

    private DemoNight(string folder, Process process, int frames, bool countSyncs) =>
        (_folder, _process, _frames, _countSyncs, _output) = (folder, process, frames, countSyncs,
            process.StandardOutput.BaseStream.CopyToAsync(Stream.Null));

    /// <summary>The node, once settled.</summary>
    public ProcessFigures Node { get; private set; } = null!;

    /// <summary>The pinning server, once settled.</summary>
    public ProcessFigures Server { get; private set; } = null!;

    /// <summary>Bytes of the reserve that the first start of a node writes, whatever comes after.</summary>
    public long ReserveBytes => new FileInfo(Path.Combine(_folder, "node", "reserve")) is { Exists: true } reserve ? reserve.Length : 0;

    public static async Task<DemoNight> StartAsync(
        string size, int frames, int intervalSeconds, bool countSyncs, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-pipeline-").FullName;
        var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "wanda"),
        [
            "demo", "--data", folder, "--size", size, "--frames", $"{frames}", "--interval", $"{intervalSeconds}", "--exposure", "0.5",
            "--listen", "http://127.0.0.1:0",
        ])
        { RedirectStandardOutput = true })!;
        var night = new DemoNight(folder, process, frames, countSyncs);
        await night.OpenAsync(cancellationToken);
        return night;
    }

    /// <summary>Waits until every frame is released and the last archive's name is published, and takes the figures.</summary>
    public async Task<Catalogue> SettledAsync(CancellationToken cancellationToken)
    {
        await UntilAsync(async () =>
            (await _catalogue!.Sessions.CountsAsync(countThisMachine: true, cancellationToken)).Sum(s => s.Released) == _frames
            && (await _catalogue.Sessions.DueForArchiveAsync(cancellationToken)).Count == 0
            && (await _catalogue.Node.NamesAsync(cancellationToken)).Any(n => n.PublishedAt is not null), cancellationToken);
        await Task.Delay(Rest, TimeProvider.System, cancellationToken);
        (Node, Server) = (ProcessFigures.Of(_process.Id), ProcessFigures.Of(ServerId()));
        return _catalogue!;
    }

    /// <summary>Bytes of CARs that the server took; fails when an upload was broken off, because its bytes are not counted.</summary>
    public async Task<double> UploadedBytesAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            await File.ReadAllTextAsync(Path.Combine(_folder, "token"), cancellationToken));
        var port = await File.ReadAllTextAsync(Path.Combine(_folder, "server-port.json"), cancellationToken);
        var metrics = await http.GetStringAsync($"http://127.0.0.1:{port}/metrics", cancellationToken);
        return Metric("upload_failures_total") == 0
            ? Metric("upload_bytes_total")
            : throw new InvalidOperationException("An upload failed; run it again on a quieter machine.");

        double Metric(string name) => double.Parse(
            Regex.Match(metrics, $@"^wanda_pinning_{name} (\S+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Stops both processes and counts what they synced.</summary>
    public async Task<(int Node, int Server)> SyncsAsync()
    {
        await StopAsync();
        return (await _nodeSyncs!.CountAsync(), await _serverSyncs!.CountAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_catalogue is not null)
            await _catalogue.DisposeAsync();
        _nodeSyncs?.Dispose();
        _serverSyncs?.Dispose();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, "node", "catalogue.db");
        // The configuration is written once the node runs, and its stores are made before.
        await UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(_folder, "wanda.json"))), cancellationToken);
        if (_countSyncs)
        {
            _nodeSyncs = new SyncCounter(_process.Id, Path.Combine(_folder, "node.strace"));
            _serverSyncs = new SyncCounter(ServerId(), Path.Combine(_folder, "server.strace"));
        }

        _catalogue = await Catalogue.OpenAsync(path, TimeProvider.System, cancellationToken);
    }

    private async Task StopAsync()
    {
        if (!_process.HasExited)
            _ = Kill(_process.Id, Terminate);
        await _process.WaitForExitAsync();
        await _output;
    }

    private int ServerId() =>
        int.Parse(File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children").Split(' ')[0],
            CultureInfo.InvariantCulture) is var id and > 0
            ? id
            : throw new InvalidOperationException("The demo has no pinning server.");

    private async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Bound);
        while (!await condition())
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"wanda demo ended with code {_process.ExitCode}; run it by hand to see why.");
            await Task.Delay(Look, TimeProvider.System, bound.Token);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
