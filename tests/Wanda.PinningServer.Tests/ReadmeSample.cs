using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer.Tests;

/// <summary>The README's code, compiled; Architecture.Tests holds the two equal.</summary>
internal static class ReadmeSample
{
    public static async Task RunAsync(CancellationTokenSource stopping)
    {
        string token = AccessToken.Generate();               // show it to the node once
        var options = new PinningServerOptions
        {
            DataFolder = "/srv/wanda",
            Listen = "127.0.0.1:5180",                       // TLS and the outside world: nginx in front
            Nodes = [new NodeOptions { Name = "dome-1", TokenSha256 = AccessToken.Hash(token), QuotaBytes = 2_000_000_000_000 }],
        };
        await PinningServerHost.RunAsync(
            options, address => Console.WriteLine(address), stopping.Token, logging => logging.AddSimpleConsole());
    }
}
