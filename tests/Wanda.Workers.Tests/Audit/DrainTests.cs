using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Audit;

/// <summary>
/// A destination that is being emptied gets nothing new and frees nothing, and what is only there is brought to the others, before it is
/// taken out.
/// </summary>
public sealed class DrainTests : OldDiskTest
{
    [Fact]
    public async Task What_is_only_there_is_brought_to_the_others_and_then_it_may_go()
    {
        var frame = await ReleasedAsync();
        await DrainAsync();
        await Node.Get<AuditRound>().RunAsync(default);
        await BroughtAsync(frame);
        Assert.Equal(0, await LeftAsync());

        await Node.RestartAsync(o => o with { Destinations = [.. o.Destinations.Where(d => d.Name != Old)] });
        Assert.Equal(CustodyState.Released, (await Node.Catalogue.Reports.FrameAsync(frame.Id, true, default))!.Custody.State);
    }

    [Fact]
    public async Task Nothing_new_goes_there_and_it_frees_nothing()
    {
        await DrainAsync(o => o with { Destinations = [o.Destinations[0]] });
        var frame = await Node.SaveAsync("a.bin", Bytes);
        await Node.EndSessionAsync();
        await Node.UntilQuietAsync();
        await Node.Get<Reconciler>().RunAsync(default);
        await Node.UntilQuietAsync();
        Assert.Empty(Cars());

        // What it proved before opens no door either.
        await Node.RestartAsync(o => o with { Destinations = [o.Destinations[0] with { Drain = false }], Release = Never(o) });
        await Node.UntilProvenAsync(frame);
        await Node.UntilQuietAsync();
        await DrainAsync(o => o with
        {
            Destinations = [o.Destinations[0]],
            Release = o.Release with { When = ReleaseWhen.Proven },
        });
        Assert.NotNull(await Node.OpenDoorAsync(frame));
        Assert.True(File.Exists(Node.Root.Resolve(frame.Path)));
        await Node.RestartAsync(o => o with { Destinations = [o.Destinations[0] with { Drain = false }] });
        await Node.UntilReleasedAsync(frame); // it stays after all
    }

    [Fact]
    public async Task What_it_lost_is_noticed_while_it_is_emptied()
    {
        var frame = await ReleasedAsync();
        foreach (var car in Cars())
            car.Delete();
        await DrainAsync();
        await Node.UntilQuietAsync();
        Node.Time.Advance(TimeSpan.FromDays(24));
        await Node.Get<AuditRound>().RunAsync(default);
        Assert.Equal(CustodyState.Lost, (await Node.Catalogue.Reports.FrameAsync(frame.Id, true, default))!.Custody.State);
        Assert.Equal(0, await LeftAsync());
    }

    [Theory]
    [InlineData("room")]
    [InlineData("copies")]
    [InlineData("never")]
    [InlineData("a pause")]
    public async Task Nothing_is_brought_back_that_could_not_go_again(string what)
    {
        var frame = await ReleasedAsync();
        Node.FreeBytes = what == "room" ? () => 0 : null;
        if (what == "a pause")
        {
            await Node.RestartAsync(o => o with { Destinations = [o.Destinations[0], ServerAt(Proxy.Address, TestNode.Destination)] });
            await Node.Queues.PauseAsync(QueueNames.Offload(TestNode.Destination), "503");
            await Node.UntilQuietAsync(); // what is in hand would succeed
            await Node.Catalogue.Destinations.PauseAsync(TestNode.Destination, PauseCode.Outage, "503", null, default);
        }

        await DrainAsync(o => o with
        {
            Release = what switch
            {
                "room" => o.Release with { LowWater = ByteSize.Parse("1GB") },
                "copies" => o.Release with { Copies = 2 },
                "never" => Never(o),
                _ => o.Release,
            },
        });
        await Node.Get<AuditRound>().RunAsync(default);
        Assert.False(File.Exists(Node.Root.Resolve(frame.Path)));
        Assert.Equal(1, await LeftAsync());

        Node.FreeBytes = null;
        await Node.Catalogue.Destinations.SucceededAsync(TestNode.Destination, default);
        await Node.Queues.ResumeAsync(QueueNames.Offload(TestNode.Destination));
        await DrainAsync(o => o with { Release = new() { When = ReleaseWhen.Proven, LowWater = new ByteSize(0) } });
        await Node.UntilQuietAsync();
        Node.Time.Advance(TimeSpan.FromHours(2));
        await Node.Get<AuditRound>().RunAsync(default);
        await BroughtAsync(frame);
    }

    /// <summary>Two others are to have it; one of them has it already.</summary>
    [Fact]
    public async Task One_copy_elsewhere_is_not_enough_where_there_are_to_be_two()
    {
        await Node.RestartAsync(o => o with
        {
            Destinations = [o.Destinations[0], ServerAt(Proxy.Address, TestNode.Destination)],
            Release = o.Release with { Copies = 2 },
        });
        var frame = await ReleasedAsync();
        await using var third = await RealServer.StartAsync();
        var token = Path.Combine(Node.Data, "third");
        await File.WriteAllTextAsync(token, third.Token);
        await DrainAsync(o => o with
        {
            Destinations = [.. o.Destinations, ServerAt(third.Address, "third") with { TokenFile = token, FailureDomain = "town" }],
        });
        await Node.Get<AuditRound>().RunAsync(default);
        await Eventually.HoldsAsync(async () => (await Node.ProofsAsync(frame)).Any(p => p.Destination == "third"),
            "the frame on the third", Node.StateAsync);
        await Node.UntilReleasedAsync(frame);
        Assert.Equal(0, await LeftAsync());
    }

    private static ReleaseOptions Never(WandaOptions options) => options.Release with { When = ReleaseWhen.Never };

    private Task<int> LeftAsync() =>
        Node.Catalogue.Audits.CountToMoveAsync(Old, Node.Options.Release.Copies, countThisMachine: true, default);

    /// <summary>The operator empties the folder; the server is there besides.</summary>
    private Task DrainAsync(Func<WandaOptions, WandaOptions>? more = null) => Node.RestartAsync(o =>
    {
        var others = o.Destinations.Skip(1).ToList();
        o = o with
        {
            Destinations = [o.Destinations[0] with { Drain = true },
                .. others.Count > 0 ? others : [ServerAt(Proxy.Address, TestNode.Destination)]],
        };
        return more?.Invoke(o) ?? o;
    });

    private async Task BroughtAsync(CaptureRecord frame)
    {
        await Eventually.HoldsAsync(async () => (await Node.ProofsAsync(frame)).Any(p => p.Destination == TestNode.Destination),
            "the frame on the server", Node.StateAsync);
        await Node.UntilReleasedAsync(frame);
        Assert.Equal(Bytes, await Server.GetAsync((await Node.FrameAsync(frame)).Cid!));
    }
}
