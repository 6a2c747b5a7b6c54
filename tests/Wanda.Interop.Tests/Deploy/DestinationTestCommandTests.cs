using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Deploy;

/// <summary><c>wanda destination test</c> as its users run it, over TLS with a certificate that the machine trusts.</summary>
public sealed class DestinationTestCommandTests : IAsyncLifetime
{
    private static readonly string Wanda = typeof(DestinationTestCommandTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "WandaCommand").Value!;

    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-check-").FullName;
    private TestServer _server = null!;

    private string Token => _server.Client.DefaultRequestHeaders.Authorization!.Parameter!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(60, "passed")]
    [InlineData(5, "warning")]
    public async Task Over_TLS_it_ends_with_0_and_tells_the_days_of_the_certificate(int days, string outcome)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (certificate, root) = ServerCertificate.Signed("localhost", now.AddDays(-1), now.AddDays(days).AddHours(1));
        await using var nginx = await NginxProxy.StartAsync(_server.Address, certificate: certificate);

        var (code, written) = await RunAsync(nginx.TlsAddress, root, "--json");

        Assert.Equal(0, code);
        var steps = JsonNode.Parse(written)!["steps"]!.AsArray().ToDictionary(s => (string)s!["name"]!);
        Assert.Equal(outcome, (string)steps["certificate"]!["outcome"]!);
        Assert.Contains($"for {days} days more", (string)steps["certificate"]!["saw"]!);
        Assert.Contains("by HTTP/2.0", (string)steps["proxy"]!["saw"]!);
        Assert.DoesNotContain(steps.Values, s => (string)s!["outcome"]! is "failed" or "skipped");
        Assert.DoesNotContain(Token, written);
        Assert.Empty(await _server.Client.PinsAsync());
    }

    [Fact]
    public async Task What_is_broken_ends_with_1_and_is_said_in_the_last_line()
    {
        await using var nginx = await NginxProxy.StartAsync(_server.Address,
            text => text.Instead("client_max_body_size 0;", "client_max_body_size 1m;"));

        var (code, written) = await RunAsync(nginx.Address, "");

        Assert.Equal(1, code);
        Assert.Contains("altermundi is broken at \"body limit\"", written.TrimEnd().Split('\n')[^1]);
        Assert.Contains("(seen from the server's own machine)", written);
        Assert.DoesNotContain(Token, written);
    }

    private async Task<(int Code, string Written)> RunAsync(Uri address, string root, params string[] options)
    {
        var (configuration, roots) = (Path.Combine(_folder, "wanda.json"), Path.Combine(_folder, "roots.pem"));
        await File.WriteAllTextAsync(configuration, JsonSerializer.Serialize(new
        {
            data = Path.Combine(_folder, "data"),
            destinations = new[] { new { name = "altermundi", url = address.AbsoluteUri, token = Token } },
        }));
        await File.WriteAllTextAsync(roots, root);
        using var process = Process.Start(
            new ProcessStartInfo(Wanda, ["destination", "test", "altermundi", "--config", configuration, .. options])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["SSL_CERT_FILE"] = roots },
            })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
