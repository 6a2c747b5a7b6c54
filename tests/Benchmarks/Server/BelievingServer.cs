using Microsoft.Extensions.DependencyInjection;
using Wanda.Ipfs;
using Wanda.PinningServer;

namespace Benchmarks.Server;

/// <summary>
/// This program as a process of a benchmark: the pinning server over a Kubo whose imports it believes, which no operator can have.
/// </summary>
internal static class BelievingServer
{
    public static async Task<int> RunAsync(string data, Uri kubo, string node, string tokenFile)
    {
        var options = new PinningServerOptions
        {
            DataFolder = data,
            Listen = "127.0.0.1:0",
            Kubo = kubo.AbsoluteUri,
            Nodes = [new() { Name = node, TokenFile = tokenFile }],
        };
        await PinningServerHost.RunAsync(
            options, address => Console.WriteLine($"Listening on {address.GetLeftPart(UriPartial.Authority)}"),
            logging: building => building.Services.AddSingleton(
                services => new KuboIntake(services.GetRequiredService<KuboClient>()) { Believes = true }));
        return 0;
    }
}
