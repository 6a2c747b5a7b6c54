using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations.Files;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Audit;

/// <summary>
/// Frames that were freed by proof of a destination which was taken out, or points elsewhere now: they are brought to the others while the
/// place of before still answers.
/// </summary>
public sealed class LeftBehindTests : OldDiskTest
{
    [Fact]
    public async Task A_folder_that_was_taken_out_gives_its_frames_to_the_others()
    {
        var frame = await ReleasedAsync();
        await TakeOutAsync();
        await BroughtAsync(frame);
    }

    [Fact]
    public async Task A_server_that_its_name_does_not_stand_for_any_more_gives_its_frames_to_the_one_that_it_does()
    {
        await using var before = await RealServer.StartAsync(publicReads: true);
        await File.WriteAllTextAsync(Node.TokenFile, before.Token);
        await Node.RestartAsync(o => o with { Destinations = [ServerAt(before.Address, Old)] });
        var frame = await ReleasedAsync();
        await using var other = await RealServer.StartAsync();
        await File.WriteAllTextAsync(Node.TokenFile, other.Token);
        await Node.RestartAsync(o => o with { Destinations = [ServerAt(other.Address, Old)] });
        await Eventually.HoldsAsync(() => IsProvenOnAsync(frame, Old), "the frame on the other server", Node.StateAsync);
        await Node.UntilReleasedAsync(frame);
        Assert.Equal(Bytes, await other.GetAsync((await Node.FrameAsync(frame)).Cid!));
    }

    [Fact]
    public async Task What_is_not_what_was_saved_is_not_brought_back()
    {
        var frame = await ReleasedAsync();
        var car = Cars().Single(f => f.Length > Bytes.Length).FullName;
        var sound = await File.ReadAllBytesAsync(car);
        await File.WriteAllBytesAsync(car, [.. sound[..^100], (byte)(sound[^100] ^ 1), .. sound[^99..]]);
        await TakeOutAsync();
        Assert.False(File.Exists(Node.Root.Resolve(frame.Path)));
        Assert.Equal([Old], (await Node.Catalogue.Reports.UnprovenAsync(true, default)).Select(u => u.Destination));
        await File.WriteAllBytesAsync(car, sound); // the disk was read badly
        await LaterAsync();
        await BroughtAsync(frame);
    }

    [Theory]
    [InlineData("room")]
    [InlineData("a destination that takes it")]
    [InlineData("the disk")]
    public async Task It_waits_for_what_it_needs_and_is_not_given_up(string what)
    {
        var frame = await ReleasedAsync();
        var away = Disk + ".away";
        switch (what)
        {
            case "room":
                Node.FreeBytes = () => 0;
                await TakeOutAsync(o => o with { Release = o.Release with { LowWater = ByteSize.Parse("1GB") } });
                break;
            case "the disk":
                Directory.Move(Disk, away);
                await TakeOutAsync();
                break;
            default:
                await Node.RestartAsync(o => o with { Destinations = [] });
                await Node.Get<AuditRound>().RunAsync(default);
                break;
        }

        Assert.False(File.Exists(Node.Root.Resolve(frame.Path)));
        Assert.Equal(CustodyState.LeftBehind, (await Node.Catalogue.Reports.FrameAsync(frame.Id, true, default))!.Custody.State);
        Node.FreeBytes = null;
        if (Directory.Exists(away))
            Directory.Move(away, Disk);
        if (what == "a destination that takes it")
            await TakeOutAsync();
        await LaterAsync();
        await BroughtAsync(frame);
    }

    /// <summary>Its place is its identity, also where its name went to another and the disk still has it.</summary>
    [Fact]
    public async Task A_folder_whose_name_another_has_now_keeps_its_copies_under_its_new_one()
    {
        var frame = await ReleasedAsync();
        await Node.RestartAsync(o => o with
        {
            Destinations = [o.Destinations[0] with { Name = "shelf" }, ServerAt(Proxy.Address, Old)],
        });
        Assert.Equal("shelf", Assert.Single(await Node.ProofsAsync(frame)).Destination);
        var other = await Node.SaveAsync("b.bin", TestFrames.Noise(2000, 2));
        await Node.UntilReleasedAsync(other);
        await Eventually.HoldsAsync(async () => await IsProvenOnAsync(other, "shelf") && await IsProvenOnAsync(other, Old),
            "the other frame on both", Node.StateAsync);
        Assert.Contains("shelf", await File.ReadAllTextAsync(Path.Combine(Disk, StoreId.FileName)));
        Assert.Equal(CustodyState.Released, (await Node.Catalogue.Reports.FrameAsync(frame.Id, true, default))!.Custody.State);
    }

    /// <summary>What is found at a place of before is not found of the destination that has its name now.</summary>
    [Fact]
    public async Task A_folder_whose_name_a_server_has_now_is_read_and_vouches_for_nothing_there()
    {
        var frame = await ReleasedAsync();
        await Proxy.DownAsync(); // the server has nothing yet
        await Node.RestartAsync(o => o with { Destinations = [ServerAt(Proxy.Address, Old)] });
        await Node.Get<AuditRound>().RunAsync(default);
        Assert.False(await IsProvenOnAsync(frame, Old));
        Assert.Equal(CustodyState.LeftBehind, (await Node.Catalogue.Reports.FrameAsync(frame.Id, true, default))!.Custody.State);
    }

    [Fact]
    public async Task What_would_go_to_a_destination_that_is_not_configured_any_more_waits_for_nobody_and_is_sent_when_it_is_back()
    {
        var queue = QueueNames.Offload(Old);
        await Node.Queues.PauseAsync(queue, "the test looks");
        var before = Node.Options.Destinations;
        await Node.RestartAsync(o => o with { Destinations = [ServerAt(Proxy.Address, TestNode.Destination)] });
        var frame = await ReleasedAsync(quiet: false);
        Assert.Equal(0, (await Node.QueueAsync(queue))!.Ready);
        await Node.SendAsync(queue, (await Node.FrameAsync(frame)).ToAdded()); // of a version before 0.3, or an archive's
        await Node.Get<Reconciler>().RunAsync(default);
        Assert.Equal((0, true), (await Node.QueueAsync(queue) is var q ? (q!.Ready, q.Paused is null) : default));
        var here = await Node.SaveAsync("b.bin", TestFrames.Noise(2000, 2));
        await Node.UntilReleasedAsync(here);
        await Node.RestartAsync(o => o with { Destinations = before, Release = o.Release with { When = ReleaseWhen.Never } });
        Assert.False(File.Exists(Node.Root.Resolve(frame.Path)));
        var next = await Node.SaveAsync("c.bin", TestFrames.Noise(2000, 3));
        await Eventually.HoldsAsync(() => IsProvenOnAsync(next, Old), "the frame on the folder", Node.StateAsync);
    }

    private async Task TakeOutAsync(Func<WandaOptions, WandaOptions>? more = null)
    {
        await Node.RestartAsync(o => (more?.Invoke(o) ?? o) with { Destinations = [ServerAt(Proxy.Address, TestNode.Destination)] });
        await Node.Get<AuditRound>().RunAsync(default);
    }

    /// <summary>What nobody of today has proven is looked for now and then.</summary>
    private async Task LaterAsync()
    {
        // What is under way would see the time jump; the old one's own queue is nobody's.
        await Eventually.HoldsAsync(
            async () => (await Node.Queues.ListAsync()).All(q => q.Name == QueueNames.Offload(Old) || q is { InFlight: 0, Ready: 0 }),
            "the queues to be quiet", Node.StateAsync);
        Node.Time.Advance(TimeSpan.FromHours(2));
        await Node.Get<AuditRound>().RunAsync(default);
    }

    private async Task BroughtAsync(CaptureRecord frame)
    {
        await Eventually.HoldsAsync(() => IsProvenOnAsync(frame, TestNode.Destination), "the frame on the server", Node.StateAsync);
        await Node.UntilReleasedAsync(frame);
        Assert.Contains(await Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default), e => e.Kind == EventKind.Recalled);
        Assert.Equal(Bytes, await Server.GetAsync((await Node.FrameAsync(frame)).Cid!));
        Assert.Empty(await Node.Catalogue.Reports.UnprovenAsync(true, default));
    }

    private async Task<bool> IsProvenOnAsync(CaptureRecord frame, string destination) => (await Node.ProofsAsync(frame)).Any(
        p => p.Destination == destination && Node.Options.Destinations.Any(d => d.Gave(p)));
}
