using System.Text.Json;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload;

/// <summary>A folder is the disk that is mounted there, not its path.</summary>
public sealed class FolderDiskTests : IAsyncLifetime
{
    private readonly DirectoryInfo _mounts = Directory.CreateTempSubdirectory("wanda-mounts-");
    private TestNode _node = null!;

    private string Here => Path.Combine(_mounts.FullName, "here");

    private string IdFile => Path.Combine(Here, "wanda-destination.json");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Here);
        _node = TestNode.Create(new Uri("http://127.0.0.1:9"), "t", o => o with
        {
            Destinations = [new DestinationOptions { Name = TestNode.Destination, Kind = "folder", Path = Here, FailureDomain = "disk" }],
            Audit = o.Audit with { Interval = TimeSpan.FromDays(30), Sample = 0 }, // the test runs the rounds
        });
        await PrepareAsync();
        await _node.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _mounts.Delete(recursive: true);
    }

    [Fact]
    public async Task Another_disk_at_the_same_path_is_another_place_until_the_first_is_back()
    {
        var frame = await ReleasedAsync("a.fits", 1);
        await SwapAsync("first", "second");
        await AuditAsync();
        Assert.False(await CountsAsync(frame));
        Assert.Contains("put that one back", (await DestinationAsync()).Warning);
        Assert.Equal([(TestNode.Destination, 1)],
            (await _node.Catalogue.Reports.UnprovenAsync(countThisMachine: true, default)).Select(u => (u.Destination, u.Frames)));

        var other = await ReleasedAsync("b.fits", 2); // goes on, on the second
        await SwapAsync("second", "first");
        await AuditAsync();
        Assert.True(await CountsAsync(frame));
        Assert.False(await CountsAsync(other));
        await SwapAsync("first", "second");
        await AuditAsync();
        Assert.True(await CountsAsync(other));
        Assert.Contains(await _node.Catalogue.Events.OfAsync(TestNode.Destination, 100, default),
            e => e.Kind == EventKind.Held && e.Detail.Contains("another disk"));
    }

    [Fact]
    public async Task Frames_that_are_here_go_to_the_other_disk_as_well()
    {
        await _node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Never } });
        var frame = await _node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await _node.UntilProvenAsync(frame);
        await _node.UntilQuietAsync();
        await SwapAsync("first", "second");
        await AuditAsync();
        Assert.NotNull(await _node.OpenDoorAsync(frame));
        await _node.Get<Reconciler>().RunAsync(default);
        await Eventually.HoldsAsync(() => CountsAsync(frame), "proven on the second", _node.StateAsync);
        Assert.Single(Directory.GetFiles(Path.Combine(Here, "m42"), "a.fits.*.car"));
    }

    [Fact]
    public async Task A_disk_from_a_version_that_gave_it_no_id_gets_one_and_keeps_its_proofs()
    {
        var frame = await ReleasedAsync("a.fits", 1);
        var proof = Assert.Single(await _node.ProofsAsync(frame));
        await _node.StopAsync();
        await File.WriteAllTextAsync(IdFile, $$"""{"node":"dome","destination":"{{TestNode.Destination}}"}""");
        await ForgetDisksAsync();
        await _node.StartAsync();
        await AuditAsync();
        Assert.True(await CountsAsync(frame));
        Assert.Equal(proof.Id, Assert.Single(await _node.ProofsAsync(frame)).Id);
        var disk = JsonDocument.Parse(await File.ReadAllTextAsync(IdFile)).RootElement.GetProperty("disk").GetString();
        Assert.Equal(disk, (await DestinationAsync()).Disk);
        Assert.DoesNotContain(await _node.Catalogue.Events.OfAsync(TestNode.Destination, 100, default), e => e.Kind == EventKind.Held);

        // And is known again from then on.
        await SwapAsync("first", "second");
        await AuditAsync();
        Assert.False(await CountsAsync(frame));
        await SwapAsync("second", "first");
        await AuditAsync();
        Assert.True(await CountsAsync(frame));
    }

    [SkippableFact]
    public async Task A_disk_that_takes_no_id_is_read_from_and_not_taken_for_another()
    {
        var frame = await ReleasedAsync("a.fits", 1);
        await _node.StopAsync();
        var own = await File.ReadAllTextAsync(IdFile);
        await File.WriteAllTextAsync(IdFile, $$"""{"node":"dome","destination":"{{TestNode.Destination}}"}""");
        await ForgetDisksAsync();
        Skip.IfNot(Immutable.TrySet(Here, true),
            "only root makes a folder that takes nothing from root, and not on every file system");
        try
        {
            await _node.StartAsync();
            await AuditAsync();
            _node.Time.Advance(TimeSpan.FromDays(24));
            await _node.UntilQuietAsync();
            await AuditAsync();
            Assert.Contains(await _node.ProofsAsync(frame), p => p.ExpiresAt > _node.Time.GetUtcNow().AddDays(20));

            // Where the one that is there was known, one without an id is another.
            Immutable.TrySet(Here, false);
            var old = await File.ReadAllTextAsync(IdFile);
            await File.WriteAllTextAsync(IdFile, own);
            await AuditAsync();
            await File.WriteAllTextAsync(IdFile, old);
            Immutable.TrySet(Here, true);
            await AuditAsync();
            Assert.Contains("another disk", (await DestinationAsync()).Reason);
            Assert.True(await CountsAsync(frame));
        }
        finally
        {
            Immutable.TrySet(Here, false);
        }
    }

    [Fact]
    public async Task The_disk_is_ours_under_another_name_of_the_destination_and_at_another_path()
    {
        var frame = await ReleasedAsync("a.fits", 1);
        await _node.RestartAsync(o => o with { Destinations = [o.Destinations[0] with { Name = "usb" }] });
        await AuditAsync();
        Assert.True(await CountsAsync(frame));
        Assert.Contains("usb", await File.ReadAllTextAsync(IdFile));

        var there = Path.Combine(_mounts.FullName, "there");
        await _node.StopAsync();
        Directory.Move(Here, there);
        await _node.RestartAsync(o => o with { Destinations = [o.Destinations[0] with { Path = there }] });
        await AuditAsync();
        Assert.True(await CountsAsync(frame));
    }

    private Task AuditAsync() => _node.Get<AuditRound>().RunAsync(default);

    private Task PrepareAsync() => DestinationSetup.PrepareAsync(_node.Options, TestNode.Destination, null, _node.Time, default);

    private async Task<DestinationRecord> DestinationAsync() =>
        (await _node.Catalogue.Destinations.FindAsync(_node.Options.Destinations[0].Name, default))!;

    private async Task<CaptureRecord> ReleasedAsync(string name, int seed)
    {
        var frame = await _node.SaveAsync(name, TestFrames.Noise(3000, seed));
        await _node.UntilReleasedAsync(frame);
        await _node.UntilQuietAsync();
        return frame;
    }

    /// <summary>One disk is unmounted and another mounted at the same path; a new one is prepared by the operator.</summary>
    private async Task SwapAsync(string from, string to)
    {
        await _node.UntilQuietAsync();
        Directory.Move(Here, Path.Combine(_mounts.FullName, from));
        if (Directory.Exists(Path.Combine(_mounts.FullName, to)))
        {
            Directory.Move(Path.Combine(_mounts.FullName, to), Here);
        }
        else
        {
            Directory.CreateDirectory(Here);
            await PrepareAsync();
        }

        _node.Time.Advance(TimeSpan.FromHours(2));
    }

    private async Task<bool> CountsAsync(CaptureRecord frame) =>
        (await _node.ProofsAsync(frame)).Any(_node.Options.Destinations[0].Gave);

    private async Task ForgetDisksAsync()
    {
        await using var db = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(_node.Data, "catalogue.db")};Pooling=False");
        await db.OpenAsync();
        await using var command = db.CreateCommand();
        command.CommandText = "UPDATE proofs SET disk = NULL; UPDATE destinations SET disk = NULL";
        await command.ExecuteNonQueryAsync();
    }
}
