using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.EndToEnd.Tests;

/// <summary>A demo night in a folder of its own, and what can be asked of it from outside.</summary>
public sealed class Night : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("wanda-night-");

    public string Folder => Path.Combine(_temporary.FullName, "demo");

    public string Frames => Path.Combine(Folder, "node", "frames");

    /// <summary>A folder beside the night, for what a test brings or takes away.</summary>
    public string Beside(string name) => Directory.CreateDirectory(Path.Combine(_temporary.FullName, name)).FullName;

    /// <summary>A folder in the night's own, which is a demo's from then on.</summary>
    public string Inside(string name)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, ".wanda-demo"), "");
        return Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
    }

    /// <summary>Runs <c>wanda demo</c> on it until it settles.</summary>
    public Task<(int ExitCode, string Output)> SettleAsync(TimeSpan limit, params IEnumerable<string> more) => WandaProcess.RunAsync(
        limit + TimeSpan.FromSeconds(60),
        [
            "demo", "--data", Folder, "--listen", "http://127.0.0.1:0", "--exit-when-settled",
            "--timeout", $"{limit}", .. more,
        ]);

    /// <summary>The pinning server alone, as the demo runs it.</summary>
    public async Task<WandaProcess> StartServerAsync()
    {
        var server = StartPart("server");
        using var http = new HttpClient();
        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                return (await http.GetAsync($"{Server}health")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "the pinning server to answer");
        return server;
    }

    /// <summary>One part of the demo, in a process of its own.</summary>
    public WandaProcess StartPart(string part, params IEnumerable<string> more) => part == "server"
        ? WandaProcess.Start(
            "pinning-server", "--data", Path.Combine(Folder, "pinning-server"), "--listen", $"127.0.0.1:{Port}",
            "--operator-listen", "none", "--node", $"demo={Path.Combine(Folder, "token")}", "--public-reads", "--min-free", "50000000")
        : WandaProcess.Start(["demo", "--data", Folder, "--part", part, "--listen", "http://127.0.0.1:0", .. more]);

    public Uri Server => new($"http://127.0.0.1:{Port}/");

    private int Port => JsonSerializer.Deserialize<int>(File.ReadAllText(Path.Combine(Folder, "server-port.json")));

    public string Token => File.ReadAllText(Path.Combine(Folder, "token"));

    /// <summary>All frames, as the catalogue has them.</summary>
    public async Task<IReadOnlyList<CaptureRecord>> CapturesAsync()
    {
        await using var catalogue = await OpenAsync();
        return await catalogue.Captures.NewestAsync(100_000, default);
    }

    public Task<Catalogue> OpenAsync() => Catalogue.OpenAsync(Path.Combine(Folder, "node", "catalogue.db"), TimeProvider.System, default);

    /// <summary>Every database of the node and of the server.</summary>
    public IEnumerable<string> Databases() => Directory.EnumerateFiles(Folder, "*.db", SearchOption.AllDirectories);

    /// <summary>What <c>PRAGMA integrity_check</c> says.</summary>
    public static string IntegrityCheck(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>SHA-256 of what the pinning server gives for a CID.</summary>
    public async Task<string> DownloadedSha256Async(HttpClient http, string cid)
    {
        await using var content = await http.GetStreamAsync($"{Server}ipfs/{cid}");
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content));
    }

    public static async Task<string> Sha256Async(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }

    public void Dispose() => _temporary.Delete(recursive: true);
}
