using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Data.Sqlite;
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
    private readonly Counting _counting;
    private Catalogue? _catalogue;
    private SystemCalls? _nodeCalls, _serverCalls;

    private DemoNight(string folder, Process process, int frames, Counting counting) =>
        (_folder, _process, _frames, _counting, _output) = (folder, process, frames, counting,
            process.StandardOutput.BaseStream.CopyToAsync(Stream.Null));

    /// <summary>What is counted beside what the kernel counts for every process.</summary>
    internal enum Counting
    {
        Nothing,

        /// <summary>Calls that wait for the disk.</summary>
        Syncs,

        /// <summary>And commits, reads of frames, hashed bytes.</summary>
        All,
    }

    /// <summary>The node, once settled.</summary>
    public ProcessFigures Node { get; private set; } = null!;

    /// <summary>The pinning server, once settled.</summary>
    public ProcessFigures Server { get; private set; } = null!;

    /// <summary>Bytes of the reserve that the first start of a node writes, whatever comes after.</summary>
    public long ReserveBytes => new FileInfo(Path.Combine(_folder, "node", "reserve")) is { Exists: true } reserve ? reserve.Length : 0;

    public static async Task<DemoNight> StartAsync(
        string size, int frames, int intervalSeconds, Counting counting, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-pipeline-").FullName;
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "wanda"),
        [
            "demo", "--data", folder, "--size", size, "--frames", $"{frames}", "--interval", $"{intervalSeconds}", "--exposure", "0.5",
            "--listen", "http://127.0.0.1:0",
        ])
        { RedirectStandardOutput = true };
        if (counting == Counting.All)
            await HashCounter.PreloadAsync(start, Directory.CreateDirectory(CountersOf(folder)).FullName, cancellationToken);
        var night = new DemoNight(folder, Process.Start(start)!, frames, counting);
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

    /// <summary>Bytes that the node hashed so far.</summary>
    public Task<long> HashedBytesAsync(CancellationToken cancellationToken) =>
        HashCounter.BytesAsync(CountersOf(_folder), _process.Id, cancellationToken);

    /// <summary>Stops both processes and counts what they asked the kernel for.</summary>
    public async Task<(SystemCalls.Counts Node, SystemCalls.Counts Server)> CallsAsync()
    {
        await StopAsync();
        return (await _nodeCalls!.CountAsync(), await _serverCalls!.CountAsync());
    }

    /// <summary>How many messages each queue of the node saw through, once both are stopped.</summary>
    public IReadOnlyList<(string Queue, long Messages)> Messages()
    {
        using var db = new SqliteConnection($"Data Source={Path.Combine(_folder, "node", "queue.db")};Mode=ReadOnly;Pooling=False");
        return [.. db.Query<(string, long)>("SELECT name, completed FROM queue WHERE kind = 1 AND completed > 0 ORDER BY name")];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_catalogue is not null)
            await _catalogue.DisposeAsync();
        _nodeCalls?.Dispose();
        _serverCalls?.Dispose();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
        if (Directory.Exists(CountersOf(_folder)))
            Directory.Delete(CountersOf(_folder), recursive: true);
    }

    /// <summary>Beside it: a demo begins in an empty folder.</summary>
    private static string CountersOf(string folder) => $"{folder}-counters";

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, "node", "catalogue.db");
        // The configuration is written once the node runs, and its stores are made before.
        await UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(_folder, "wanda.json"))), cancellationToken);
        if (_counting != Counting.Nothing)
        {
            _nodeCalls = new SystemCalls(_process.Id, Path.Combine(_folder, "node.strace"), _counting == Counting.All);
            _serverCalls = new SystemCalls(ServerId(), Path.Combine(_folder, "server.strace"), all: false);
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
