using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>What destinations on this machine alone have proven is only on this machine, in the same words everywhere.</summary>
public sealed class ThisMachineTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Three = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private static readonly DestinationOptions Usb = new() { Name = "usb", Url = "https://usb.example.org", Token = "t" };
    private readonly TestClock _clock = new(Three.AddMinutes(-10));
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.CreateAsync(o => o with { Destinations = [Usb] }, _clock);

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task It_is_only_on_this_machine_and_no_time_is_promised()
    {
        var frames = await NearAsync(5);
        _clock.Now = Three;
        await _node.Catalogue.Destinations.JudgedAsync(
            "usb", new MachineJudgement(Machine.This, "is a disk of this machine"), here: true, default);
        var night = await _node.Get<NightQuery>().ReadAsync(default);
        Assert.Equal("5 frames tonight, none safe yet, 5 only on this machine: no destination is on another machine.", night.Sentence);
        var detail = await _node.Get<CaptureDetailQuery>().FindAsync(frames[0].Id.ToString(), default);
        Assert.Equal(("only on this machine: here and on usb", "only this machine", CustodyState.Near),
            (detail.Frame.Custody, detail.Frame.Short, detail.Frame.State));
        Assert.StartsWith("Nothing: no destination is on another machine.", detail.Next);
        var list = await _node.Get<FrameQuery>().ListAsync(FrameFilter.OnlyHere, null, null, 10, default);
        Assert.Equal((5, "no destination is on another machine"), (list.Total, list.Frames[0].Why));
        Assert.Equal(5, (await _node.Get<FrameQuery>().ListAsync(FrameFilter.Near, null, null, 10, default)).Total);
        // Nothing left: what stays here is counted on, and not only the half of it.
        Assert.Contains("nothing left in the last day", night.Forecast!.Sentence);
    }

    [Fact]
    public async Task Beside_a_destination_elsewhere_it_is_the_pace_there_that_counts()
    {
        await _node.RestartAsync(o => o with { Destinations = [Usb, Usb with { Name = "casa", Url = "https://casa.example.org" }] });
        var frames = await NearAsync(8);
        foreach (var frame in frames.Take(2))
            await _node.ProveAsync(frame, "casa", at: _clock.Now += TimeSpan.FromMinutes(1));
        await _node.SaveAsync(at: _clock.Now);
        var night = await _node.Get<NightQuery>().ReadAsync(default);
        // One a minute became safe; the eight that usb proved at once say nothing.
        Assert.Equal("9 frames tonight, 2 safe on casa, 7 only on this machine (1 only here), clear about 02:59.", night.Sentence);
        var detail = await _node.Get<CaptureDetailQuery>().FindAsync(frames[^1].Id.ToString(), default);
        Assert.Equal("It is sent to casa.", detail.Next);
    }

    [Fact]
    public async Task Without_its_file_here_it_is_not_lost()
    {
        var frame = (await NearAsync(1))[0];
        await _node.Catalogue.Ledger.ApplyAsync(new Fact.FileLost(frame.Id, "its file is missing"), default);
        var night = await _node.Get<NightQuery>().ReadAsync(default);
        Assert.Equal("1 frame tonight, 1 only on a destination on this machine.", night.Sentence);
        Assert.Equal((Severity.Waiting, 0), (night.Severity, night.Lost));
        Assert.Equal("only on this machine: on usb, and not here any more",
            (await _node.Get<CaptureDetailQuery>().FindAsync(frame.Id.ToString(), default)).Frame.Custody);
        Assert.Equal((1, Severity.Waiting), await SessionAsync());
    }

    private async Task<(int Near, Severity Severity)> SessionAsync()
    {
        var session = await _node.Get<SessionQuery>().FindAsync("m42", default);
        return (session.Near, session.Severity);
    }

    private async Task<List<CaptureRecord>> NearAsync(int count)
    {
        var frames = new List<CaptureRecord>();
        for (var i = 0; i < count; i++)
        {
            var frame = await _node.SaveAsync(at: _clock.Now);
            await _node.AddCidAsync(frame);
            await _node.ProveAsync(frame, "usb", here: true, at: _clock.Now);
            frames.Add(frame);
        }

        return frames;
    }
}
