using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Tests.Faults.LyingPinners;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Faults;

/// <summary>
/// Pinners of other makes refuse (law 4): what waiting does not heal pauses the destination and says what to do, across a restart; what is
/// said of the frame alone is a dead letter with its cause.
/// </summary>
public sealed class RefusalTests
{
    private static readonly (int Status, string Words)[] Unhealing =
    [
        (401, "Ask its operator for a new one"), (402, "Ask its operator for more"), (413, "Ask its operator to raise the limit"),
        (415, "Check that its \"kind\" and \"url\""),
    ];

    public static TheoryData<string, int, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, int, string>();
            foreach (var kind in new[] { "pinata", "pinning-service", "kubo" })
            {
                foreach (var (status, words) in Unhealing)
                    rows.Add(kind, status, words);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task What_does_not_heal_pauses_says_what_to_do_and_when_it_tries_again(string kind, int status, string words)
    {
        await using var pinner = await Pinner.StartAsync(kind);
        await using var node = await StartAsync(pinner);
        pinner.Proxy.Refuse(status, "no");
        var frame = await node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await node.UntilPausedAsync();
        await node.UntilQuietAsync();
        await node.RestartAsync();

        var there = (await node.Catalogue.Destinations.FindAsync(TestNode.Destination, default))!;
        Assert.Equal((DestinationState.Paused, 1), (there.State, there.Failures));
        Assert.Contains(words, there.Reason);
        Assert.Equal(there.NextTryAt!.Value, (await node.PauseAsync())!.Until!.Value, TimeSpan.FromMilliseconds(1));
        Assert.InRange(there.NextTryAt.Value - node.Time.GetUtcNow(), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(10));

        pinner.Proxy.Heal();
        await node.PassUntilAsync(() => node.IsReleasedAsync(frame), TimeSpan.FromMinutes(11), 4, "released");
        Assert.All(await node.Queues.ListAsync(), q => Assert.Equal(0, q.Error + q.DeadLetter));
    }

    [Theory]
    [InlineData("pinata")]
    [InlineData("pinning-service")]
    [InlineData("kubo")]
    public async Task What_is_said_of_a_frame_is_its_dead_letter_with_the_cause_and_holds_nobody_up(string kind)
    {
        await using var pinner = await Pinner.StartAsync(kind);
        await using var node = await StartAsync(pinner);
        pinner.Proxy.Refuse(400, "I do not like it");
        var refuse = pinner.Proxy.Fault;
        pinner.Proxy.Fault = context => pinner.IsPush(context.Request) ? refuse(context) : Task.FromResult(false);
        await node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Eventually.HoldsAsync(async () => (await node.QueueAsync(QueueNames.Offload(TestNode.Destination)))!.Error == 1,
            "the dead letter", node.StateAsync);
        Assert.Contains("will not take m42/a.fits (400)", await node.StateAsync());
        Assert.Contains("I do not like it", await node.StateAsync());
        Assert.Null(await node.PauseAsync());

        pinner.Proxy.Heal();
        await node.UntilReleasedAsync(await node.SaveAsync("b.fits", TestFrames.Noise(3000, 2)));
    }

    private static async Task<TestNode> StartAsync(Pinner pinner)
    {
        var node = TestNode.Create(pinner.Proxy.Address, "unused",
            o => o with { Destinations = [pinner.Options with { Name = TestNode.Destination }] });
        await node.StartAsync();
        return node;
    }
}
