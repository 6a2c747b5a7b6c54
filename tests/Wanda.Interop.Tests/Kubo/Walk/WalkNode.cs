using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Wanda.Imaging.Fits;

namespace Wanda.Interop.Tests.Kubo.Walk;

/// <summary>A frame as the node's catalogue has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The name under which it was written.</param>
/// <param name="Sha256">Of its bytes.</param>
/// <param name="Cid">Once it has one.</param>
/// <param name="IsHere">Whether its own file is here.</param>
/// <param name="IsDiscarded">Whether nobody wants it any more.</param>
internal sealed record WalkFrame(string Id, string Name, string Sha256, string? Cid, bool IsHere, bool IsDiscarded);

/// <summary>The newest proof of a frame from a destination.</summary>
internal sealed record WalkProof(
    string Frame, string Destination, string Cid, DateTimeOffset ProvenAt, DateTimeOffset ExpiresAt, bool OnThisMachine);

/// <summary>The real node, as its operator configures it, and its catalogue, read from outside.</summary>
internal sealed class WalkNode
{
    public static readonly string Program = typeof(WalkNode).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "WandaCommand").Value!;

    private readonly string _folder;
    private readonly string _console;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly HttpClient _patient = new() { Timeout = TimeSpan.FromSeconds(20) };

    public WalkNode(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(Watched);
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _console = $"http://{free.LocalEndpoint}";
    }

    public string Watched => Path.Combine(_folder, "watched");

    public string Data => Path.Combine(_folder, "node");

    private string Configuration => Path.Combine(_folder, "wanda.json");

    /// <summary>What the variables of a process of ours are: diagnostics leave sockets that outlive a kill.</summary>
    public static ProcessStartInfo Quiet(ProcessStartInfo start)
    {
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return start;
    }

    public async Task<bool> AnswersAsync()
    {
        using var answer = await _http.GetAsync($"{_console}/api/destinations");
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Writes its configuration, and says how it is started on it.</summary>
    /// <param name="release">When bytes go: <c>never</c> or <c>proven</c>.</param>
    /// <param name="hub">The hub's address.</param>
    /// <param name="token">The server's.</param>
    /// <param name="lifetime">Of a proof.</param>
    public ProcessStartInfo Configured(string release, string hub, string token, TimeSpan lifetime)
    {
        object Destination(string name, string kind, string url, string? token, bool? isPublic, bool? clear) => new
        {
            name,
            kind,
            url,
            token,
            @public = isPublic,
            sendTokenUnencrypted = clear,
            sameMachine = false,
            failureDomain = name,
            proofLifetime = $"{lifetime}",
            timeout = "00:00:10",
            minPause = "00:00:01",
            maxPause = "00:00:02",
        };
        File.WriteAllText(Configuration, JsonSerializer.Serialize(new
        {
            node = "walk",
            data = Data,
            watch = new[] { new { path = Watched, name = "walk", include = new[] { "*.fits" }, quiet = "00:00:00.2000000" } },
            ipfs = new { mode = "embedded" },
            destinations = new[]
            {
                Destination("kubo", "kubo", $"http://{hub}:5001", null, true, null),
                Destination("server", "wanda", $"http://{hub}:5180", token, null, true),
            },
            release = new { when = release, copies = 2, interval = "00:00:02" },
            audit = new { interval = "00:00:02", dailyBytes = "1000GB" },
            archive = new { interval = "00:00:20" },
            reconcile = new { interval = "00:00:30" },
            storage = new { floor = "100MB" },
            ops = new { listen = _console },
            clock = new { requireSync = false },
        }, new JsonSerializerOptions { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull }));
        return Quiet(new ProcessStartInfo(Program, ["up", "--config", Configuration]));
    }

    /// <summary>Writes a frame into the watched folder, all at once.</summary>
    public async Task WriteAsync(string name, Random random)
    {
        const int Width = 400;
        var file = new MemoryStream();
        var height = 375 + (int)(2700 * Math.Pow(random.NextDouble(), 3)); // 0.3 to 2.5 MB, most of them small
        var writer = await FitsWriter.StartAsync(file, Width, height, new FitsHeader().Add("OBJECT", name));
        var pixels = new ushort[Width * height];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels.AsSpan()));
        await writer.WriteAsync(pixels);
        await writer.CompleteAsync();
        var path = Path.Combine(Watched, name);
        await File.WriteAllBytesAsync(path + ".part", file.ToArray());
        File.Move(path + ".part", path);
    }

    public Task DiscardAsync(WalkFrame frame) => Shell.RunAsync(Quiet(new ProcessStartInfo(Program,
        ["capture", "discard", frame.Id, "--reason", "the walk", "--yes", "--config", Configuration])));

    public IReadOnlyList<WalkFrame> Frames() => Read(
        """
        SELECT id, file_name, sha256, cid, released_at IS NULL AND releasing_at IS NULL AND file_lost_at IS NULL, discarded_at IS NOT NULL
        FROM captures ORDER BY id
        """,
        row => new WalkFrame(row.GetString(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3),
            row.GetBoolean(4), row.GetBoolean(5)));

    public IReadOnlyDictionary<(string Destination, string Frame), WalkProof> Proofs() => Read(
            "SELECT subject, destination, cid, proven_at, expires_at, on_this_machine FROM proofs WHERE subject_kind = 'Capture'",
            row => new WalkProof(row.GetString(0), row.GetString(1), row.GetString(2), Time(row, 3), Time(row, 4), row.GetBoolean(5)))
        .GroupBy(p => (p.Destination, p.Frame)).ToDictionary(g => g.Key, g => g.MaxBy(p => p.ProvenAt)!);

    /// <summary>
    /// Whether a frame's page says that a destination lost it, and has no proof of it since. No, when the console does not answer.
    /// </summary>
    public async Task<bool> IsToldAsync(string destination, string frame) =>
        await AskAsync($"frames/{frame}") is { } page
            && page.GetProperty("timeline").EnumerateArray().Any(line => line.GetProperty("kind").GetString() == "lost"
                && line.GetProperty("detail").GetString()!.StartsWith($"{destination}: ", StringComparison.Ordinal))
            && page.GetProperty("proofs").EnumerateArray().All(proof => proof.GetProperty("destination").GetString() != destination);

    /// <summary>The names of the frames that the console lists as lost; null when it does not answer.</summary>
    public async Task<IReadOnlySet<string>?> LostAsync() =>
        (await AskAsync("frames?state=lost&limit=500"))?.GetProperty("frames").EnumerateArray()
            .Where(frame => frame.GetProperty("severity").GetString() == "lost")
            .Select(frame => frame.GetProperty("fileName").GetString()!).ToHashSet();

    /// <summary>How bad it is, and how many frames are lost, by the first line of the console.</summary>
    public async Task<(string? Severity, int Lost)> StatusAsync() => await AskAsync("status") is { } status
        ? (status.GetProperty("severity").GetString(), status.GetProperty("lost").GetInt32())
        : default;

    /// <summary>Has what waits to be sent to a destination tried at once, as its operator may.</summary>
    public async Task HurryAsync(string destination)
    {
        try
        {
            using var answer = await _patient.PostAsync($"{_console}/api/queues/offload-{destination}/retry?later=true", null);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // At the next look.
        }
    }

    /// <summary>Why each destination is paused that is.</summary>
    public IReadOnlyDictionary<string, string> Paused() => Read(
            "SELECT name, coalesce(reason, '') FROM destinations WHERE state = 'Paused'", row => (row.GetString(0), row.GetString(1)))
        .ToDictionary(d => d.Item1, d => d.Item2);

    /// <summary>Since when the Kubo runs that is to be restarted; empty when it was, null when it was not seen flushing.</summary>
    public string? Sighting() => Read(
            "SELECT value FROM node WHERE key LIKE 'daemon/%'",
            row => JsonDocument.Parse(row.GetString(0)).RootElement.GetProperty("Started").GetString() ?? "")
        .FirstOrDefault();

    private async Task<JsonElement?> AskAsync(string what)
    {
        try
        {
            return JsonDocument.Parse(await _patient.GetStringAsync($"{_console}/api/{what}")).RootElement;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private static DateTimeOffset Time(SqliteDataReader row, int column) =>
        DateTimeOffset.Parse(row.GetString(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> of) => CatalogueRows.Read(Data, sql, of);
}
