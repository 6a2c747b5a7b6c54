using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Wanda.EndToEnd.Tests;

/// <summary>How a node comes to a community's server: the operator invites, the node joins, the operator looks, and ends it.</summary>
public sealed class JoinTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-join-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_invite_becomes_a_token_file_that_its_owner_alone_reads()
    {
        var data = Path.Combine(_folder, "server");
        var token = Path.Combine(_folder, "node", "pin.token");
        var invited = await JsonAsync("pinning-server", "invite", "dome-2", "--data", data, "--quota", "2TB", "--json");
        using var server = StartServer(data);
        try
        {
            var url = await AddressAsync(server);
            var joined = await JsonAsync("join", url, (string)invited["code"]!, "--token-file", token, "--json");

            Assert.Equal(("dome-2", 2_000_000_000_000L), ((string)joined["node"]!, (long)joined["quotaBytes"]!));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(token));
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new("Bearer", await File.ReadAllTextAsync(token));
            Assert.Contains("dome-2", await http.GetStringAsync(url + "v0/node"));

            var (again, said) = await WandaProcess.RunAsync(Patience, "join", url, (string)invited["code"]!, "--token-file", token + "2");
            Assert.Equal(1, again);
            Assert.Contains("ask the operator", said);
            Assert.Contains("dome-2", (await JsonAsync("pinning-server", "nodes", "--data", data, "--json")).ToJsonString());
            using var wish = new StringContent("""{"cid":"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku","name":"later"}""",
                new MediaTypeHeaderValue("application/json"));
            Assert.True((await http.PostAsync(url + "psa/pins", wish)).IsSuccessStatusCode);
            var pin = Assert.Single((await JsonAsync("pinning-server", "pins", "--data", data, "--json")).AsArray())!;
            Assert.Equal("later",
                (string?)(await JsonAsync("pinning-server", "unpin", (string)pin["id"]!, "--reason", "nobody has it",
                    "--data", data, "--json"))["frame"]);
            Assert.Equal(0, (await WandaProcess.RunAsync(Patience, "pinning-server", "revoke", "dome-2", "--data", data)).ExitCode);
            Assert.Equal(["revoked", "dropped", "wanted", "joined", "invited"],
                (await JsonAsync("pinning-server", "log", "--data", data, "--json")).AsArray().Select(e => (string)e!["action"]!));
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task A_secret_goes_over_TLS_or_not_at_all()
    {
        var (code, said) = await WandaProcess.RunAsync(Patience, "join", "http://pin.example.org", "wandainvite_x", "--token-file",
            Path.Combine(_folder, "t"));

        Assert.Equal(1, code);
        Assert.Contains("https://", said);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private static async Task<JsonNode> JsonAsync(params string[] arguments)
    {
        var (code, output) = await WandaProcess.RunAsync(Patience, arguments);
        Assert.True(code == 0, $"wanda {string.Join(' ', arguments)} ended with {code}: {output}");
        return JsonNode.Parse(output)!;
    }

    private static Process StartServer(string data) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "wanda.dll"), "pinning-server", "--data", data, "--listen",
            "127.0.0.1:0", "--operator-listen", "none", "--min-free", "0"])
    {
        RedirectStandardOutput = true,
        Environment = { ["DOTNET_EnableDiagnostics"] = "0" }, // see WandaProcess
    })!;

    private static async Task<string> AddressAsync(Process server)
    {
        const string prefix = "Listening on ";
        while (await server.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
                return line[prefix.Length..] + "/";
        }

        throw new InvalidOperationException("The server ended before it listened.");
    }
}
