using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Release;

/// <summary>A message is written to the card for somebody who acts on it, or not at all.</summary>
public sealed class ReleaseNewsTests : NodeTest
{
    private bool _low;

    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Release = options.Release with
        {
            When = ReleaseWhen.Space,
            Nights = 3,
            Interval = TimeSpan.FromDays(30),
            LowWater = new(1_000_000),
        },
        Archive = options.Archive with { Interval = TimeSpan.FromDays(30) },
    };

    [Fact]
    public async Task A_frame_that_is_kept_for_nights_costs_three_messages()
    {
        var frame = await Node.SaveAsync("a.bin", TestFrames.Noise(2000, 1));
        await Node.UntilProvenAsync(frame);
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(frame)).Preview != PreviewState.Pending
            && (await Node.Queues.ListAsync()).All(q => q is { InFlight: 0, Ready: 0 }), "all to be quiet", Node.StateAsync);
        string[] queues = [QueueNames.Thumbnail, QueueNames.IpfsAdd, QueueNames.Offload(TestNode.Destination), QueueNames.Release,
            QueueNames.SessionArchive];
        var sent = new List<long>();
        foreach (var queue in queues)
            sent.Add((await Node.QueueAsync(queue))!.TotalEnqueued);
        Assert.Equal([1, 1, 1, 0, 0], sent);
    }

    [Fact]
    public async Task For_want_of_space_a_proof_is_news_at_once()
    {
        Node.FreeBytes = () => _low ? 0 : long.MaxValue;
        var first = await Node.SaveAsync("a.bin", TestFrames.Noise(2000, 1));
        await Node.UntilProvenAsync(first);
        _low = true;
        var next = await Node.SaveAsync("b.bin", TestFrames.Noise(2000, 2), announce: true);
        await Node.UntilReleasedAsync(next);
        await Node.UntilReleasedAsync(first);
    }
}
