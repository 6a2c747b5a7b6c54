using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Benchmarks;

/// <summary>A node as its users run it: <c>wanda up</c> as a process, with a configuration of its own and a console.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(10);

    private readonly string _folder;
    private readonly Process _process;
    private readonly Task _output;

    private NodeProcess(string folder, Process process, Uri console)
    {
        (_folder, _process) = (folder, process);
        _output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        Http = new HttpClient { BaseAddress = console, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>The console and its REST.</summary>
    public HttpClient Http { get; }

    /// <summary>The program, beside this one.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "wanda");

    /// <summary>An address of loopback that nobody listens on.</summary>
    public static string FreeAddress()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return free.LocalEndpoint.ToString()!;
    }

    /// <summary>Starts one, and waits until its folder is watched.</summary>
    /// <param name="folder">For its configuration and its data, <c>node</c>.</param>
    /// <param name="configuration">What is said beside node, data and console.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<NodeProcess> StartAsync(
        string folder, Dictionary<string, object> configuration, CancellationToken cancellationToken)
    {
        var console = $"http://{FreeAddress()}";
        var path = Path.Combine(folder, "wanda.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(new Dictionary<string, object>(configuration)
        {
            ["node"] = "pi",
            ["data"] = Path.Combine(folder, "node"),
            ["ops"] = new { listen = console },
            ["clock"] = new { requireSync = false },
        }), cancellationToken);
        var start = new ProcessStartInfo(Program, ["up", "--config", path]) { RedirectStandardOutput = true };
        start.Environment["TZ"] = "UTC";
        var node = new NodeProcess(folder, Process.Start(start)!, new Uri(console));
        await UntilAsync(node.RunsAsync, cancellationToken);
        return node;
    }

    /// <summary>Waits for something, with a bound.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, CancellationToken cancellationToken, TimeSpan? every = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(started) > Bound)
                throw new TimeoutException("It does not come; run it again on a quieter machine.");
            await Task.Delay(every ?? Look, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>A number that its catalogue tells.</summary>
    public long Count(string sql, object? of = null)
    {
        using var db = new SqliteConnection(
            $"Data Source={Path.Combine(_folder, "node", "catalogue.db")};Mode=ReadOnly;Pooling=False;Default Timeout=30");
        return db.ExecuteScalar<long>(sql, of);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private async Task<bool> RunsAsync()
    {
        try
        {
            return (await Http.GetStringAsync("/api/sources")).Contains("\"runs\"", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return _process.HasExited ? throw new InvalidOperationException($"wanda ended with {_process.ExitCode}.") : false;
        }
    }
}
