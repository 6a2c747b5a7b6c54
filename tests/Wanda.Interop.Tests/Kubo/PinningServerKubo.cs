using System.Net;
using System.Security.Cryptography;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>Tests of a pinning server over a Kubo of their own, as it comes.</summary>
public abstract class PinningServerKubo : IAsyncLifetime
{
    private protected GoKubo Daemon { get; } = new();

    public Task InitializeAsync() => Daemon.InitializeAsync();

    public Task DisposeAsync() => Daemon.DisposeAsync();

    private protected async Task<TestServer> StartAsync()
    {
        Daemon.SkipUnlessFound();
        return await TestServer.StartAsync(o => o with
        {
            Kubo = Daemon.Repository,
            MaintainEvery = TimeSpan.FromSeconds(1),
            InspectEvery = TimeSpan.FromSeconds(1),
            KeepUnpinned = TimeSpan.Zero,
        });
    }

    private protected static async Task<string> HealthAsync(TestServer server) =>
        (string)(await server.Client.GetAsync("/health").JsonAsync(HttpStatusCode.ServiceUnavailable))["details"]!;

    private protected static Task<HttpResponseMessage> AskAsync(TestServer server, Frame frame) =>
        server.Client.PostAsync("/v0/possession", Api.Json(new
        {
            cid = frame.Root.ToString(),
            nonce = Convert.ToBase64String(new byte[32]),
            blocks = frame.Blocks.Select(b => b.ToString()),
        }));

    /// <returns>Whether it is said to be on the disk.</returns>
    private protected static async Task<string> ProveAsync(TestServer server, Frame frame)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        var answer = await server.Client.PostAsync("/v0/possession",
            Api.Json(new { cid = frame.Root.ToString(), nonce = Convert.ToBase64String(nonce) })).JsonAsync();
        Assert.Equal(Convert.ToBase64String(await PossessionDigest.ComputeAsync(frame, nonce, frame.Blocks)), (string)answer["digest"]!);
        Assert.True((bool)answer["pinned"]!);
        return (string)answer["flushes"]!;
    }
}
