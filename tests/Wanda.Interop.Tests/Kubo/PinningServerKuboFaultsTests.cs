using System.Net;
using System.Text.Json;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>What a Kubo under the pinning server loses, forgets and refuses, and what others do in it.</summary>
[Trait("Rerun", "Never")]
public sealed class PinningServerKuboFaultsTests : PinningServerKubo
{
    [SkippableFact]
    public async Task As_it_comes_it_is_given_frames_which_this_server_flushes()
    {
        await using var server = await StartAsync();
        var frame = await Frame.MakeAsync(3_000_000, seed: 1);

        await server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);

        Assert.Equal("yes", await ProveAsync(server, frame));
        Assert.True((await server.Client.GetAsync("/health")).IsSuccessStatusCode);
    }

    [SkippableFact]
    public async Task Where_it_cannot_be_flushed_from_here_its_file_is_not_believed()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mount namespaces are made by root");
        var hidden = new GoKubo { IsHidden = true };
        try
        {
            await hidden.InitializeAsync();
            await using var kubo = await hidden.FoundAsync();
            await using var server = await TestServer.StartAsync(o => o with { Kubo = hidden.Address.AbsoluteUri });
            byte[] car = await (await Frame.MakeAsync(100_000, seed: 2)).CarAsync();
            Assert.Equal("STORE_UNAVAILABLE", await server.Client.UploadAsync(car).RefusedAsync(HttpStatusCode.ServiceUnavailable));

            var spec = (await kubo.Client.ConfigurationAsync()).GetProperty("Datastore").GetProperty("Spec");
            var text = JsonSerializer.Serialize(spec).Replace("\"sync\":false", "\"sync\":true", StringComparison.Ordinal);
            using var http = new HttpClient();
            (await http.PostAsync(
                new Uri(hidden.Address, $"/api/v0/config?arg=Datastore.Spec&arg={Uri.EscapeDataString(text)}&json=true"), null)).Dispose();

            Assert.Equal("STORE_UNAVAILABLE", await server.Client.UploadAsync(car).RefusedAsync(HttpStatusCode.ServiceUnavailable));
            Assert.Contains("restart it once", await HealthAsync(server));
        }
        finally
        {
            await hidden.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task What_others_pin_unpin_and_collect_there_takes_nothing_of_ours_and_nothing_of_theirs()
    {
        await using var server = await StartAsync();
        await using var kubo = await Daemon.FoundAsync();
        var frame = await Frame.MakeAsync(3_000_000, seed: 5);
        await kubo.Client.Dag.ImportAsync(null,
            async (stream, stop) => await stream.WriteAsync(await frame.CarAsync(), stop), pinRoots: true);
        await kubo.Client.Pins.AddAsync(frame.Root, name: "theirs");
        var pin = await server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("theirs", (await kubo.Client.Pins.FindAsync(frame.Root))!.Value.Name);

        await kubo.Client.Pins.RemoveAsync(frame.Root);
        await kubo.Client.Repo.CollectAsync();
        Assert.Equal("yes", await ProveAsync(server, frame));

        await kubo.Client.Pins.AddAsync(frame.Root, name: "theirs");
        (await server.Client.DeleteAsync($"/v0/pins/{pin["pinId"]}")).Dispose();
        await Eventually.HoldsAsync(async () => (await kubo.Client.KeepersAsync(frame.Root)).Count == 1, "ours is gone");
        await kubo.Client.Repo.CollectAsync();
        Assert.Equal("theirs", (await kubo.Client.Pins.FindAsync(frame.Root))!.Value.Name);
        Assert.NotNull(await kubo.Client.Blocks.FindAsync(frame.Blocks[^1], default));
    }

    [SkippableFact]
    public async Task A_repository_that_is_swapped_for_an_empty_one_is_told_as_lost_and_filled_again()
    {
        await using var server = await StartAsync();
        var frame = await Frame.MakeAsync(3_000_000, seed: 6);
        await server.Client.UploadAsync(await frame.CarAsync(), "capture=c1").JsonAsync(HttpStatusCode.Created);

        await Daemon.EmptyAsync();

        await Eventually.HoldsAsync(async () => (await server.Client.PinsAsync()).Count == 0, "it is told as lost");
        Assert.Equal("NOT_FOUND", await AskAsync(server, frame).RefusedAsync(HttpStatusCode.NotFound));
        await server.Client.UploadAsync(await frame.CarAsync(), "capture=c1").JsonAsync(HttpStatusCode.Created);
        Assert.Equal("yes", await ProveAsync(server, frame));
    }

    [SkippableFact]
    public async Task Killed_it_is_an_outage_and_loses_nothing()
    {
        await using var server = await StartAsync();
        var frames = new List<Frame>();
        for (int kill = 0; kill < 3; kill++)
        {
            var frame = await Frame.MakeAsync(4_000_000, seed: 10 + kill);
            byte[] car = await frame.CarAsync();
            var upload = server.Client.UploadAsync(car);
            await Task.WhenAny(upload, Task.Delay(TimeSpan.FromMilliseconds(40 * kill), TimeProvider.System));
            await Daemon.StopAsync();
            using (var answer = await upload)
            {
                Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Created, HttpStatusCode.ServiceUnavailable });
                if (answer.StatusCode == HttpStatusCode.Created)
                    frames.Add(frame);
            }

            foreach (var held in frames)
                Assert.Equal("STORE_UNAVAILABLE", await AskAsync(server, held).RefusedAsync(HttpStatusCode.ServiceUnavailable));
            await Daemon.InitializeAsync();
            frames.Remove(frame);
            Assert.True((await server.Client.UploadAsync(car)).IsSuccessStatusCode);
            frames.Add(frame);
            foreach (var held in frames)
                Assert.Equal("yes", await ProveAsync(server, held));
        }
    }

    [SkippableFact]
    public async Task Stopped_it_holds_up_no_start_and_is_told()
    {
        await using var server = await StartAsync();
        var frame = await Frame.MakeAsync(1_000_000, seed: 7);
        await server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        await Daemon.SignalAsync("STOP");
        try
        {
            await server.RestartAsync(); // which has a minute

            Assert.Contains("does not answer", await HealthAsync(server));
            Assert.Single(await server.Client.PinsAsync());
        }
        finally
        {
            await Daemon.SignalAsync("CONT");
        }

        Assert.Equal("yes", await ProveAsync(server, frame));
    }

    [SkippableFact]
    public async Task At_the_port_of_its_gateway_it_says_which_one_is_usual()
    {
        Daemon.SkipUnlessFound();
        await using var server = await TestServer.StartAsync(o => o with { Kubo = Daemon.Gateway!.AbsoluteUri });

        Assert.Contains("5001", await HealthAsync(server));
    }

    [SkippableFact]
    public async Task On_a_full_disk_nothing_is_promised_or_counted_and_it_is_told()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "disks are mounted by root");
        Daemon.SkipUnlessFound();
        await using var disk = await SmallDisk.MountAsync(48);
        var daemon = new GoKubo { Parent = disk.Folder };
        try
        {
            await daemon.InitializeAsync();
            await using var server = await TestServer.StartAsync(o => o with { Kubo = daemon.Repository });
            int taken = 0;
            string refused = "";
            for (int seed = 20; refused.Length == 0; seed++)
            {
                using var answer = await server.Client.UploadAsync(await (await Frame.MakeAsync(6_000_000, seed)).CarAsync());
                refused = answer.StatusCode == HttpStatusCode.Created ? "" : $"{(int)answer.StatusCode}";
                taken += answer.StatusCode == HttpStatusCode.Created ? 1 : 0;
            }

            Assert.Equal("507", refused);
            Assert.Contains("is full", await HealthAsync(server));
            Assert.Equal(taken, (await server.Client.PinsAsync()).Count);
        }
        finally
        {
            await daemon.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task A_power_cut_takes_nothing_that_was_promised_over_one_as_it_comes()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "disks are mounted by root");
        Daemon.SkipUnlessFound();
        await using var disk = await SmallDisk.MountAsync(160);
        var daemon = new GoKubo { Parent = disk.Folder };
        try
        {
            await daemon.InitializeAsync();
            await using var server = await TestServer.StartAsync(o => o with { Kubo = daemon.Repository });
            var frames = new List<Frame>();
            for (int seed = 40; seed < 48; seed++)
                frames.Add(await Frame.MakeAsync(4_000_000, seed));
            foreach (var some in frames.Chunk(4)) // as many as a node may send at once
            {
                await Task.WhenAll(some.Select(async f =>
                    await server.Client.UploadAsync(await f.CarAsync()).JsonAsync(HttpStatusCode.Created)));
            }

            string left = Path.Combine(await disk.CutAsync(), Path.GetRelativePath(disk.Folder, daemon.Repository));

            foreach (var (frame, block) in frames.SelectMany(f => f.Blocks.Select(b => (f, b))))
                Assert.Equal(frame[block], await File.ReadAllBytesAsync(KuboBlockFile.PathOf(left, block)));
        }
        finally
        {
            await daemon.DisposeAsync();
        }
    }
}
