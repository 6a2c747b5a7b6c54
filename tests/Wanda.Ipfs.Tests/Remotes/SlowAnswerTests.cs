using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Remotes;

/// <summary>Whoever reads a large file before it answers is silent meanwhile: it is waited for as long as a slow disk takes.</summary>
public sealed class SlowAnswerTests
{
    private static readonly TimeSpan Work = TimeSpan.FromMinutes(9);

    [Theory]
    [InlineData(5_000_000_000, true)]
    [InlineData(1_000_000_000, false)]
    public async Task A_question_is_waited_for_by_what_it_is_about(long bytes, bool isAnswered)
    {
        var time = new JumpingTime();
        await using var server = await StandIn.StartAsync(async context =>
        {
            time.Advance(Work);
            // Whoever gives up does it now.
            await Task.Delay(isAnswered ? TimeSpan.FromMilliseconds(300) : Timeout.InfiniteTimeSpan, TimeProvider.System,
                context.RequestAborted);
            await context.Response.WriteAsJsonAsync(new { digest = new byte[32], pinned = true, bytes });
        });
        using var client = new WandaServerClient(server.Endpoint with { Tries = 1 }, time);

        var asked = client.ChallengeAsync(Cid.Parse("bafkqaaa"), new byte[32], null, bytes);

        if (isAnswered)
            Assert.Equal(bytes, (await asked).Bytes);
        else
            Assert.Contains("made no progress for 145 s", (await Assert.ThrowsAsync<RemoteException>(() => asked)).Message);
    }
}
