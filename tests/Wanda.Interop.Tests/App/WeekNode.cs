using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Wanda.Interop.Tests.Kubo.Walk;

namespace Wanda.Interop.Tests.App;

/// <summary>A capture as the node's catalogue has it.</summary>
internal sealed record WeekCapture(
    string Id, string Session, string Name, string Sha256, string Kind, bool IsReleased, bool IsLost, string? Folder, string? Cid);

/// <summary>The node beside the app, as its operator configures it: the preset, adopted, freed by proof at once.</summary>
internal sealed class WeekNode : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-week-");
    private readonly string _console;
    private readonly List<(long From, long Until)> _away = [];
    private Process? _process;
    private Task _back = Task.CompletedTask;

    public WeekNode()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _console = $"http://{free.LocalEndpoint}";
        Http = new HttpClient { BaseAddress = new Uri(_console), Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>The app's capture folder.</summary>
    public string Captures => Path.Combine(_folder.FullName, "captures");

    /// <summary>The console and its REST.</summary>
    public HttpClient Http { get; }

    private string Configuration => Path.Combine(_folder.FullName, "wanda.json");

    private string Data => Path.Combine(_folder.FullName, "node");

    /// <summary>Writes its configuration.</summary>
    /// <param name="server">Where frames go.</param>
    /// <param name="token">The node's token there.</param>
    public void Configure(string server, string token) => File.WriteAllText(Configuration, JsonSerializer.Serialize(new
    {
        node = "pi",
        data = Data,
        watch = new[] { new { path = Captures, name = "captures", preset = "wanda-app", take = "adopt", quiet = "00:00:00.3000000" } },
        destinations = new[]
        {
            new
            {
                name = "community", kind = "wanda", url = server, token, sendTokenUnencrypted = true, sameMachine = false,
                failureDomain = "community", minPause = "00:00:01", maxPause = "00:00:02",
            },
        },
        release = new { when = "proven", interval = "00:00:01" },
        archive = new { interval = "00:00:10" },
        reconcile = new { interval = "00:00:20" },
        storage = new { floor = "100MB" },
        ops = new { listen = _console },
        clock = new { requireSync = false },
    }));

    public void Start() => _process = Process.Start(Quiet(new ProcessStartInfo(WalkNode.Program, ["up", "--config", Configuration])))!;

    /// <summary>kill -9, and a start on what is on its disk.</summary>
    public async Task RestartAsync()
    {
        await _back;
        var from = TimeProvider.System.GetTimestamp();
        await KillAsync(_process!);
        Start();
        _back = BackAsync(from);
    }

    /// <summary>Whether it was killed, and did not watch the folder again, at some time from one moment to another.</summary>
    public bool WasAway(long from, long until) => _away.Any(a => a.From <= until && a.Until >= from);

    /// <summary>Whether it watches the app's folder.</summary>
    public async Task<bool> RunsAsync()
    {
        try
        {
            return (await Http.GetStringAsync("/api/sources")).Contains("\"runs\"", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Runs a verb of the operator's to its end.</summary>
    public Task<string> RunAsync(params string[] arguments) =>
        Shell.RunAsync(Quiet(new ProcessStartInfo(WalkNode.Program, [.. arguments, "--config", Configuration])));

    /// <summary>Everything that it took.</summary>
    public IReadOnlyList<WeekCapture> All() => Read(
        """
        SELECT id, session, file_name, sha256, kind, released_at IS NOT NULL, file_lost_at IS NOT NULL, CAST(folder AS TEXT), cid
        FROM captures ORDER BY id
        """,
        row => new WeekCapture(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetBoolean(5), row.GetBoolean(6),
            row.IsDBNull(7) ? null : row.GetString(7), row.IsDBNull(8) ? null : row.GetString(8)));

    /// <summary>How many versions it says that it saw too late.</summary>
    public long Missed() => Read("SELECT coalesce(sum(missed), 0) FROM sources", row => row.GetInt64(0)).Single();

    public async ValueTask DisposeAsync()
    {
        await _back.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_process is not null)
            await KillAsync(_process);
        Http.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>What the variables of a process of ours are: its nights are the app's.</summary>
    public static ProcessStartInfo Quiet(ProcessStartInfo start)
    {
        start.Environment["TZ"] = "UTC";
        return WalkNode.Quiet(start);
    }

    public static async Task KillAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task BackAsync(long from)
    {
        await Eventually.HoldsAsync(RunsAsync, "the folder to be watched again");
        _away.Add((from, TimeProvider.System.GetTimestamp()));
    }

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> of) => CatalogueRows.Read(Data, sql, of);
}
