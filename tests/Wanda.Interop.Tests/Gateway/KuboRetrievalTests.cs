using Wanda.Interop.Tests.Kubo;

namespace Wanda.Interop.Tests.Gateway;

/// <summary>A Kubo that has no peers asks our server who has a frame, and fetches it from our gateway over HTTP.</summary>
public sealed class KuboRetrievalTests
{
    private static readonly string[] Methods = ["find-providers", "provide", "find-peers", "get-ipns", "put-ipns"];

    [SkippableFact]
    public async Task A_frame_comes_to_a_Kubo_over_HTTP()
    {
        await using var found = await PublicServer.StartAsync();
        var kubo = new GoKubo
        {
            Configuration =
            [
                ("HTTPRetrieval.Enabled", "true"), ("Provide.Enabled", "false"), ("Routing.Type", "\"custom\""),
                ("Routing.Routers", $"{{\"us\":{{\"Type\":\"http\",\"Parameters\":{{\"Endpoint\":\"{found.Address}\"}}}}}}"),
                ("Routing.Methods", $"{{{string.Join(',', Methods.Select(m => $"\"{m}\":{{\"RouterName\":\"us\"}}"))}}}"),
            ],
        };
        await kubo.InitializeAsync();
        try
        {
            await using var _ = await kubo.FoundAsync();

            Assert.Equal(found.Frame.Content, await kubo.RunAsync([], "--timeout=60s", "cat", found.Frame.Root.ToString()));
        }
        finally
        {
            await kubo.DisposeAsync();
        }
    }
}
