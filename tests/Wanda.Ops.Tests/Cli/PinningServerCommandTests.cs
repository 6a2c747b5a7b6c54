using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Wanda.Notify.Tests.Support;
using Wanda.PinningServer;

namespace Wanda.Ops.Tests.Cli;

/// <summary>A pinning server is set up on its command line alone.</summary>
public sealed class PinningServerCommandTests : IDisposable
{
    private const string Listening = "Listening on ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-server-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_limit_of_the_server_has_a_flag_that_the_help_and_the_readme_tell_of()
    {
        var help = (await WandaCommand.RunAsync(_folder, "pinning-server", "--help")).Out;
        var root = typeof(PinningServerCommandTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "RepositoryRoot").Value!;
        var readme = await File.ReadAllTextAsync(Path.Combine(root, "pinning-server", "README.md"));
        var limits = typeof(PinningServerOptions).GetProperties()
            .Where(p => p.PropertyType == typeof(int) || p.PropertyType == typeof(long) || p.PropertyType == typeof(double)
                || p.PropertyType == typeof(TimeSpan)).ToList();

        Assert.NotEmpty(limits);
        Assert.All(limits, limit =>
        {
            var flag = "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(
                limit.Name.EndsWith("Bytes", StringComparison.Ordinal) ? limit.Name[..^5] : limit.Name);
            Assert.Contains($"{flag} <", help);
            Assert.Contains($"`{flag}`", readme);
        });
    }

    [Fact]
    public async Task A_test_notification_says_what_each_channel_answered_and_no_secret()
    {
        await using var receiver = await Receiver.StartAsync(c =>
        {
            c.Response.StatusCode = c.Request.Path == "/s3cret" ? StatusCodes.Status403Forbidden : StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        string at = receiver.Address.Authority, file = Path.Combine(_folder, "notify");
        await File.WriteAllTextAsync(file, $"# who is told\nwebhook {receiver.Address}s3cret\nntfy {receiver.Address}topic\n");

        var (code, output, error) = await WandaCommand.RunHereAsync(
            "pinning-server", "notify", "--data", _folder, "--notify", $"file:{file}", "--notify", $"webhook {receiver.Address}hook");

        Assert.Equal((1, $"ntfy at {at}: 204 No Content\nwebhook at {at}: 204 No Content\n"),
            (code, output.ReplaceLineEndings("\n")));
        Assert.Equal($"wanda: webhook at {at}: it answered 403 Forbidden\n", error.ReplaceLineEndings("\n"));
        Assert.Equal(["/s3cret", "/", "/hook"], receiver.Requests.Select(r => r.Path));
        Assert.Equal("Whoever reads this would have been told.", (string)receiver.Requests.Last().Json["text"]!);
    }

    [Fact]
    public async Task A_script_is_told_what_each_channel_answered()
    {
        await using var receiver = await Receiver.StartAsync(c =>
        {
            c.Response.StatusCode = c.Request.Path == "/s3cret" ? StatusCodes.Status403Forbidden : StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });

        var (code, output, error) = await WandaCommand.RunHereAsync("pinning-server", "notify", "--json", "--data", _folder,
            "--notify", $"webhook {receiver.Address}s3cret", "--notify", $"ntfy {receiver.Address}topic");

        Assert.Equal((1, ""), (code, error));
        Assert.Equal([false, true], JsonNode.Parse(output)!.AsArray().Select(a => (bool)a!["taken"]!));
        Assert.DoesNotContain("s3cret", output);
    }

    [Theory]
    [InlineData("notify")]
    [InlineData("--listen", "127.0.0.1:0")]
    public async Task A_channel_that_is_written_wrongly_is_named_by_its_flag(params string[] also)
    {
        var (code, _, error) = await WandaCommand.RunHereAsync(
            ["pinning-server", .. also, "--data", _folder, "--notify", "ntfy https://ntfy.example.org/s3cret!"]);

        Assert.NotEqual(0, code);
        Assert.Contains("--notify setting 1: write the address of a topic", error);
        Assert.DoesNotContain("s3cret", error);
    }

    [Fact]
    public async Task What_the_flags_say_is_what_the_server_does()
    {
        var token = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(token, AccessToken.Generate());
        var start = new ProcessStartInfo(WandaCommand.Executable,
            ["pinning-server", "--data", Path.Combine(_folder, "data"), "--listen", "127.0.0.1:0", "--operator-listen", "none",
                "--node", $"dome={token}",
                "--quota", "3GB", "--min-free", "0",
                "--max-upload", "2MB", "--max-requests-per-minute", "10", "--log", "warning", "--until-stdin-closes"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var server = Process.Start(start)!;
        var line = await server.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        using var client = new HttpClient { BaseAddress = new Uri(line![Listening.Length..]), Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await File.ReadAllTextAsync(token));

        using var options = await client.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/v0/uploads"));
        Assert.Equal("2000000", options.Headers.GetValues("Tus-Max-Size").Single());
        Assert.Contains("\"quotaBytes\":3000000000,", await client.GetStringAsync("/v0/node"));
        var answers = new List<int>();
        for (var i = 0; i < 12; i++)
            answers.Add((int)(await client.GetAsync("/v0/node")).StatusCode);
        Assert.Contains(429, answers);

        server.StandardInput.Close();
        Assert.Equal("", await server.StandardOutput.ReadToEndAsync().WaitAsync(Patience));
        await server.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, server.ExitCode);
    }

    [Fact]
    public async Task A_name_that_is_invited_again_and_one_that_looks_like_it()
    {
        Assert.Equal(0, (await AskAsync("invite", "dome-1")).Code);
        var again = await AskAsync("invite", "dome-1", "--add-only", "--json");
        var alike = await AskAsync("invite", "Dome-1");

        Assert.True(JsonDocument.Parse(again.Out).RootElement.GetProperty("addOnly").GetBoolean());
        Assert.Equal(1, alike.Code);
        Assert.Contains("Dome-1 looks like dome-1", alike.Error);
        var nodes = JsonDocument.Parse((await AskAsync("nodes", "--json")).Out).RootElement;
        Assert.Equal("dome-1", Assert.Single(nodes.EnumerateArray()).GetProperty("name").GetString());
        Assert.Contains("invited until", (await AskAsync("nodes")).Out);

        Task<(int Code, string Out, string Error)> AskAsync(params string[] arguments) =>
            WandaCommand.RunAsync(_folder, ["pinning-server", "--data", "server", .. arguments]);
    }

    [Theory]
    [InlineData("--max-upload: 'huge' cannot be used. Write a number of bytes, or with a unit, as 500MB or 2GB.", "--max-upload", "huge")]
    [InlineData("--max-uploads: '99999999999' cannot be used. Write a whole number.", "--max-uploads", "99999999999")]
    [InlineData("--upload-lifetime: '7' cannot be used. Write hh:mm:ss", "--upload-lifetime", "7")]
    [InlineData("--warn-at: 'soon' cannot be used. Write a number, as 0.9.", "--warn-at", "soon")]
    [InlineData("--quota: 'much' cannot be used. Write a size, as 500GB or 2TB.", "--quota", "much")]
    [InlineData("--log: 'loud' cannot be used. Write information, warning or error.", "--log", "loud")]
    [InlineData("--max-upload is 0; write a value from 1 to", "--max-upload", "0", "--max-uploads", "-1")]
    [InlineData("--max-uploads is -1; write a value from 1 to 256.", "--max-upload", "0", "--max-uploads", "-1")]
    [InlineData("--maintain-every is 00:00:00; write a value from 00:00:01 to 30.00:00:00.", "--maintain-every", "00:00:00")]
    [InlineData("--listen is \"here\"; write an address and a port, such as 127.0.0.1:5180.", "--listen", "here")]
    [InlineData("--operator-listen is \"here\"; write an address and a port, such as 127.0.0.1:5181.", "--operator-listen", "here")]
    [InlineData("--operator-listen has the port that nodes are served on, 5180; write another.", "--operator-listen", "127.0.0.1:5180")]
    [InlineData("--public-url is \"pin.example.org\"; write how the server is reached", "--public-url", "pin.example.org")]
    [InlineData("--trusted-proxy has \"nginx\"; write the address of a proxy", "--trusted-proxy", "10.0.0.1", "--trusted-proxy", "nginx")]
    [InlineData("--default-quota: 'much' cannot be used. Write a size", "--default-quota", "much")]
    [InlineData("--kubo is \"here\"; write the address of its RPC", "--kubo", "here")]
    [InlineData("--kubo-token-file /no/such/file does not exist; write the file", "--kubo-token-file", "/no/such/file")]
    [InlineData("--node has the name a twice", "--node", "a=/x", "--node", "a=/y")]
    public async Task A_value_that_cannot_be_used_is_told_by_its_flag_with_what_to_write(string words, params string[] arguments)
    {
        var failed = await WandaCommand.RunAsync(_folder, ["pinning-server", "--data", "server", .. arguments]);

        Assert.Equal((2, ""), (failed.Code, failed.Out.Trim()));
        Assert.Contains(words, failed.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }
}
