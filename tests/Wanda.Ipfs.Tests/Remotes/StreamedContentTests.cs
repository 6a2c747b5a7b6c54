using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Remotes;

public sealed class StreamedContentTests
{
    [Fact]
    public async Task However_long_we_take_to_make_a_body_the_remote_is_not_taken_for_dead()
    {
        var time = new JumpingTime();
        await using var server = await StandIn.StartAsync(c => c.Request.Body.CopyToAsync(Stream.Null));
        using var kubo = new KuboClient(server.Endpoint with { Patience = TimeSpan.FromMinutes(1) }, time);

        Assert.Empty(await kubo.Dag.ImportAsync(null, async (stream, cancellationToken) =>
        {
            for (int i = 0; i < 3; i++)
            {
                var passed = Task.Delay(TimeSpan.FromMinutes(50), time, cancellationToken);
                time.Advance(TimeSpan.FromHours(1));
                await passed;
                await stream.WriteAsync(new byte[1000], cancellationToken);
            }
        }, pinRoots: false));
    }
}
