using System.Text.Json;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Destinations.Kubo;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>A destination of kind <c>kubo</c> at Kubo itself, as it comes and as it must be set up.</summary>
[Trait("Rerun", "Never")]
public sealed class GoKuboDestinationTests : IAsyncLifetime
{
    private readonly GoKubo _daemon = new();
    private readonly SendingNode _node = new(UnixFsProfile.UnixFsV1_2025);

    public async Task InitializeAsync()
    {
        await _daemon.InitializeAsync();
        await _node.OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _daemon.DisposeAsync();
    }

    [SkippableFact]
    public async Task As_it_comes_it_gives_no_proof_and_with_sync_and_a_restart_it_does()
    {
        var frame = await _node.FrameAsync("a", 21);
        await using (var kubo = await _daemon.FoundAsync())
        {
            foreach (var refused in new Func<Task>[]
                     {
                         () => Destination().PushAsync(frame, default), () => Destination().ProveAsync(frame, default),
                     })
            {
                Assert.Contains("\"sync\"", (await Assert.ThrowsAsync<DestinationDownException>(refused)).Message);
            }

            Assert.Null(await kubo.Client.Pins.FindAsync(frame.Cid));
            await ConfigureAsync(kubo.Client);
            // The file says it, and the daemon runs as before: also for a node that was started again meanwhile.
            for (var i = 0; i < 2; i++)
            {
                Assert.Contains("restart it once",
                    (await Assert.ThrowsAsync<DestinationDownException>(() => Destination().PushAsync(frame, default))).Message);
            }

            Assert.Null(await kubo.Client.Pins.FindAsync(frame.Cid));
        }

        await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System); // sooner it might be a clock that was corrected
        await _daemon.RestartAsync();
        var destination = Destination();
        await _node.RegisterAsync(Options);
        await destination.PushAsync(frame, default);
        var proof = (await destination.ProveAsync(frame, default))!;
        Assert.Equal((Flushes.Yes, true), (proof.Flushes, proof.OnThisMachine));
        // Its repository is where it says: a block that it was given lies there.
        Assert.Equal(Machine.This, (await _node.FoundAsync(Options)).Machine);
    }

    [SkippableFact]
    public async Task One_whose_repository_is_hidden_from_us_cannot_be_told()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mount namespaces are made by root");
        var hidden = new GoKubo { IsHidden = true };
        try
        {
            await hidden.InitializeAsync();
            await using var kubo = await hidden.FoundAsync();
            // The folder that it names is there, and is another.
            Assert.True(Directory.Exists((await kubo.Client.Repo.StatAsync()).Path));

            Assert.Equal(Machine.Unknown, (await KuboMachine.JudgeAsync(kubo.Client, default)).Machine);
        }
        finally
        {
            await hidden.DisposeAsync();
        }
    }

    private DestinationOptions Options => new() { Name = "kubo", Kind = "kubo", Url = _daemon.Address.ToString(), Public = true };

    private KuboDestination Destination() => new(Options, _node.Tools, _node.LineOf(Options));

    private async Task ConfigureAsync(KuboClient kubo)
    {
        var spec = (await kubo.ConfigurationAsync()).GetProperty("Datastore").GetProperty("Spec");
        var text = JsonSerializer.Serialize(spec).Replace("\"sync\":false", "\"sync\":true", StringComparison.Ordinal);
        using var http = new HttpClient();
        using var answer = await http.PostAsync(
            new Uri(_daemon.Address, $"/api/v0/config?arg=Datastore.Spec&arg={Uri.EscapeDataString(text)}&json=true"), null);
        answer.EnsureSuccessStatusCode();
    }
}
