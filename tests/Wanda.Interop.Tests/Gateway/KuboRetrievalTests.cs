using Wanda.Interop.Tests.Kubo;

namespace Wanda.Interop.Tests.Gateway;

/// <summary>A Kubo that has no peers asks our server who has a frame, and fetches it from our gateway over HTTP.</summary>
public sealed class KuboRetrievalTests
{
    [SkippableFact]
    public async Task A_frame_comes_to_a_Kubo_over_HTTP()
    {
        await using var found = await PublicServer.StartAsync();
        var kubo = new GoKubo
        {
            Configuration =
            [
                ("HTTPRetrieval.Enabled", "true"), ("Routing.Type", "\"delegated\""), ("Provide.Enabled", "false"),
                ("Routing.DelegatedRouters", $"[\"{found.Address}/routing/v1\"]"), ("Ipns.DelegatedPublishers", "[]"),
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
