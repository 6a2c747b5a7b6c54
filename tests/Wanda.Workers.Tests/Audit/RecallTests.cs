using System.Text.Json;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations.Files;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Audit;

/// <summary>A copy that vanished from one destination is replaced from another, though nothing of the frame is left here.</summary>
public sealed class RecallTests : NodeTest, IDisposable
{
    private const string Nas = "nas";
    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("wanda-nas-");

    protected override WandaOptions Configure(WandaOptions options)
    {
        File.WriteAllText(Path.Combine(_disk.FullName, StoreId.FileName),
            JsonSerializer.Serialize(new StoreId(options.Node, Nas), JsonSerializerOptions.Web));
        var nas = new DestinationOptions { Name = Nas, Kind = "folder", Path = _disk.FullName, FailureDomain = "shelf" };
        return options with
        {
            Destinations = [.. options.Destinations, nas],
            Release = options.Release with { Copies = 2 },
            Audit = options.Audit with { Sample = 0, Interval = TimeSpan.FromDays(30) }, // the test runs the rounds
        };
    }

    public void Dispose() => _disk.Delete(recursive: true);

    [Fact]
    public async Task What_the_server_lost_comes_back_from_the_folder()
    {
        var bytes = TestFrames.Noise(2_500_000);
        var frame = await ReleasedAsync(bytes);
        Server.Blocks()[0].Delete();
        await AuditLaterAsync();
        await HealedAsync(frame, bytes, TestNode.Destination);
    }

    [Fact]
    public async Task What_the_folder_lost_comes_back_from_the_server()
    {
        var bytes = TestFrames.Noise(2_500_000);
        var frame = await ReleasedAsync(bytes);
        foreach (var car in _disk.EnumerateFiles("*.car", SearchOption.AllDirectories).Where(f => f.Length > bytes.Length))
            car.Delete();
        await AuditLaterAsync();
        await HealedAsync(frame, bytes, Nas);
    }

    [Fact]
    public async Task While_space_is_short_nothing_is_brought_back_and_nothing_is_forgotten()
    {
        var bytes = TestFrames.Noise(700_000);
        var frame = await ReleasedAsync(bytes);
        await Node.RestartAsync(o => o with { Release = o.Release with { LowWater = ByteSize.Parse("1GB") } });
        Server.Blocks()[0].Delete();
        Node.FreeBytes = () => 0;
        await AuditLaterAsync();
        Assert.False(File.Exists(Node.Root.Resolve(frame.Path)));
        Assert.Contains(await TimelineAsync(frame), e => e.Detail.Contains("no room"));
        Node.FreeBytes = null;
        await Node.RestartAsync();
        await Node.Get<AuditRound>().RunAsync(default);
        await HealedAsync(frame, bytes, TestNode.Destination);
    }

    [Fact]
    public async Task A_whole_night_that_the_server_lost_comes_back_in_one_round()
    {
        var frames = new List<CaptureRecord>();
        for (var i = 0; i < 15; i++)
            frames.Add(await Node.SaveAsync($"{i}.bin", TestFrames.Noise(2000, i)));
        foreach (var frame in frames)
            await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        foreach (var block in Server.Blocks())
            block.Delete();
        await Node.Queues.PauseAsync(QueueNames.Release, "the test looks");
        await AuditLaterAsync();
        foreach (var frame in frames)
            Assert.True(File.Exists(Node.Root.Resolve(frame.Path)), frame.FileName);
    }

    private async Task<CaptureRecord> ReleasedAsync(byte[] bytes)
    {
        var frame = await Node.SaveAsync("a.bin", bytes);
        await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        Assert.Equal(2, (await Node.ProofsAsync(frame)).Count);
        return frame;
    }

    private async Task AuditLaterAsync()
    {
        Node.Time.Advance(TimeSpan.FromDays(24));
        await Node.UntilQuietAsync();
        await Node.Get<AuditRound>().RunAsync(default);
    }

    private async Task HealedAsync(CaptureRecord frame, byte[] bytes, string destination)
    {
        await Node.UntilReleasedAsync(frame);
        Assert.Contains(await TimelineAsync(frame),
            e => e.Kind == EventKind.Lost && e.Detail.StartsWith(destination, StringComparison.Ordinal));
        Assert.Contains(await TimelineAsync(frame), e => e.Kind == EventKind.Recalled);
        Assert.Equal([TestNode.Destination, Nas],
            (await Node.ProofsAsync(frame)).Where(p => p.IsInForce(Node.Time.GetUtcNow())).Select(p => p.Destination).Distinct().Order());
        Assert.Equal(bytes, await Server.GetAsync((await Node.FrameAsync(frame)).Cid!));
        Assert.Empty(await Node.Catalogue.Audits.ToRecallAsync([TestNode.Destination, Nas], DateTimeOffset.MaxValue, 10, default));
    }

    private Task<IReadOnlyList<CustodyEvent>> TimelineAsync(CaptureRecord frame) =>
        Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default);
}
