using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>A process that adds, releases and hands over is killed at any moment; the daemon lives on.</summary>
[Trait("Rerun", "Never")]
public sealed class MirrorCrashTests : IDisposable
{
    private const int Kills = 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_is_lost_and_nothing_left_behind_wherever_the_hand_over_is_killed()
    {
        await using var kubo = await StandInKubo.StartAsync();
        var random = new Random(7);
        int next = 1;
        for (int kill = 0; kill < Kills; kill++)
        {
            var acknowledged = await CrashWriter.RunAndKillAsync(
                [CrashWriter.Mirrored, _folder.Path, $"{next}", kubo.Server.Address.AbsoluteUri], random.Next(1, 4),
                TimeSpan.FromMilliseconds(random.Next(60)));
            next = Math.Max(next, acknowledged.Max(line => int.Parse(line.Split('-')[^1])) + 1);
        }

        await using var store = await BlockStore.OpenAsync(Path.Combine(_folder.Path, "store"), TimeProvider.System);
        using var mirror = new KuboMirror(store, kubo.Client, TimeProvider.System);
        Assert.Equal((true, 0, null), await mirror.RunAsync() is var state ? (state.Up, state.Waiting, state.Problem) : default);

        var pins = await store.PinsAsync();
        Assert.True(pins.Count >= Kills / 2);
        Assert.Equal(pins.Select(p => p.Cid).ToHashSet(), [.. kubo.Daemon.Pins.Keys]);
        Assert.Empty((await store.VerifyAsync()).Findings);
        foreach (var pin in pins)
        {
            byte[] content = TemporaryFolder.RandomBytes(int.Parse(pin.Owner.Split('-')[1]), CrashWriter.FileSize);
            Assert.Equal(content, await store.ReadFileAsync(pin.Cid));
            Assert.Equal(content, await kubo.Daemon.Blocks.ReadFileAsync(pin.Cid));
        }
    }
}
