using System.Text.Json.Nodes;
using Wanda.PinningServer;

namespace Wanda.Interop.Tests.PinningService;

/// <summary>
/// Our pinning server against the compliance suite that IPFS's pinning services are held to (npm
/// "@ipfs-shipyard/pinning-service-compliance").
/// </summary>
public sealed class ComplianceTests : IDisposable
{
    private const int Checks = 9;

    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-compliance-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_server_passes_the_compliance_suite()
    {
        string token = AccessToken.Generate();
        using var stop = new CancellationTokenSource();
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = PinningServerHost.RunAsync(new PinningServerOptions
        {
            DataFolder = Path.Combine(_folder, "server"),
            Listen = "127.0.0.1:0",
            MinFreeBytes = 0,
            ComplianceTestMode = true, // The suite pins CIDs that nobody has.
            Nodes = [new NodeOptions { Name = "suite", TokenSha256 = AccessToken.Hash(token) }],
        }, listening.SetResult, stop.Token);
        await await Task.WhenAny(listening.Task, server);

        string file = Path.Combine(_folder, "result.json");
        await NodePeer.RunAsync("pinning-service/compliance.mjs", token, $"{await listening.Task}psa", file);

        await stop.CancelAsync();
        await server;
        var result = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.True((int)result["passed"]! == Checks && (int)result["failed"]! == 0, (string)result["report"]!);
    }
}
