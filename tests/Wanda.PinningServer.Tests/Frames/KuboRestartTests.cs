using System.Net;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.Ipfs.Tests.Support;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Frames;

/// <summary>A daemon that is started again while it is given a frame: nobody knows how it wrote meanwhile.</summary>
public sealed class KuboRestartTests
{
    [Fact]
    public async Task A_frame_that_it_was_given_over_a_restart_is_no_promise_until_it_is_sent_again()
    {
        var kubo = new KuboStandIn { Started = "1.7e+09" };
        var restarts = 1;
        await using var daemon = await StandIn.StartAsync(context =>
        {
            if (context.Request.Path == "/api/v0/dag/import" && context.Request.Query["pin-roots"] == "true" && restarts-- > 0)
                kubo.Started = "1.7000002e+09";
            return kubo.AnswerAsync(context);
        });
        await using var server = await TestServer.StartAsync(o => o with { Kubo = daemon.Address.AbsoluteUri });
        kubo.Started = "1.7000001e+09"; // again, since the server saw how it is set up
        var frame = await Frame.MakeAsync(1_500_000);

        using var refused = await server.Client.UploadAsync(await frame.CarAsync());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("was started again", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(await server.Client.PinsAsync());
        await server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
    }
}
