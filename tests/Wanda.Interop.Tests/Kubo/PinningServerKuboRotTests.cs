using System.Net;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>Blocks that rot in a Kubo under the pinning server: told, healed, and where they cannot be, refused by themselves.</summary>
[Trait("Rerun", "Never")]
public sealed class PinningServerKuboRotTests : PinningServerKubo
{
    [SkippableTheory]
    [InlineData(Damage.Flipped)]
    [InlineData(Damage.Emptied)]
    [InlineData(Damage.Deleted)]
    [InlineData(Damage.Unreadable)]
    public async Task What_rotted_there_is_told_and_healed_when_it_is_sent_again(Damage damage)
    {
        await using var server = await StartAsync();
        var frame = await Frame.MakeAsync(3_000_000, seed: 3);
        byte[] car = await frame.CarAsync();
        await server.Client.UploadAsync(car, "capture=c1").JsonAsync(HttpStatusCode.Created);
        await server.Client.UploadAsync(car, "capture=c2").JsonAsync(HttpStatusCode.Created);
        foreach (var block in new[] { frame.Root, frame.Blocks[^1] })
            KuboBlockFile.Hurt(Daemon, block, damage);

        Assert.Equal("NOT_FOUND", await AskAsync(server, frame).RefusedAsync(HttpStatusCode.NotFound));
        await Eventually.HoldsAsync(async () => (await server.Client.PinsAsync()).Count == 0, "both are told as lost");
        await server.Client.UploadAsync(car, "capture=c1").JsonAsync(HttpStatusCode.Created);

        Assert.Equal("yes", await ProveAsync(server, frame));
        Assert.Equal(frame.Content, await server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
        await Eventually.HoldsAsync(async () => (await server.Client.PinsAsync()).Count == 2, "both are whole again");
    }

    [SkippableFact]
    public async Task What_rotted_is_healed_also_where_another_pin_of_ours_keeps_it()
    {
        await using var server = await StartAsync();
        await using var kubo = await Daemon.FoundAsync();
        var small = await Frame.MakeAsync(900_000, seed: 4);
        await server.Client.UploadAsync(await small.CarAsync()).JsonAsync(HttpStatusCode.Created);
        var directory = UnixFsDirectory.Build(
            UnixFsProfile.UnixFsV1_2025, [new DagPbLink("thumbnail", small.Root, 900_000)]).Blocks[0];
        await small.NodeAsync(directory, default);
        byte[] car = await small.CarAsync([directory.Cid, small.Root], directory.Cid);
        await server.Client.UploadAsync(car, "scope=directory").JsonAsync(HttpStatusCode.Created);
        Assert.Equal(2, (await kubo.Client.KeepersAsync(small.Root)).Count);
        KuboBlockFile.Hurt(Daemon, small.Root, Damage.Flipped);

        await server.Client.UploadAsync(await small.CarAsync(), "capture=again").JsonAsync(HttpStatusCode.Created);

        Assert.Equal("yes", await ProveAsync(server, small));
        Assert.Equal(2, (await kubo.Client.KeepersAsync(small.Root)).Count);
    }

    [SkippableTheory]
    [InlineData(Damage.Flipped, PinMode.Recursive)]
    [InlineData(Damage.Emptied, PinMode.Recursive)]
    [InlineData(Damage.Flipped, PinMode.Direct)]
    public async Task What_rotted_below_a_pin_of_somebody_else_is_refused_by_itself_until_he_unpins_it(Damage damage, PinMode mode)
    {
        await using var server = await StartAsync();
        await using var kubo = await Daemon.FoundAsync();
        var frame = await Frame.MakeAsync(3_000_000, seed: 8);
        byte[] car = await frame.CarAsync();
        await kubo.Client.Dag.ImportAsync(null, async (stream, stop) => await stream.WriteAsync(car, stop), pinRoots: false);
        var (pinned, hurt) = mode == PinMode.Direct ? (frame.Blocks[^1], frame.Blocks[^1]) : (frame.Root, frame.Blocks[1]);
        await kubo.Client.Pins.AddAsync(pinned, mode, "theirs");
        KuboBlockFile.Hurt(Daemon, hurt, damage);

        var refused = (await server.Client.UploadAsync(car).JsonAsync(HttpStatusCode.ServiceUnavailable))["error"]!;
        Assert.Equal("BLOCK_DAMAGED", (string)refused["reason"]!);
        Assert.Contains($"{hurt}", (string)refused["details"]!);
        await server.Client.UploadAsync(await (await Frame.MakeAsync(900_000, seed: 9)).CarAsync()).JsonAsync(HttpStatusCode.Created);
        Assert.Single(await server.Client.PinsAsync());

        await kubo.Client.Pins.RemoveAsync(pinned);
        await server.Client.UploadAsync(car).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("yes", await ProveAsync(server, frame));
    }
}
