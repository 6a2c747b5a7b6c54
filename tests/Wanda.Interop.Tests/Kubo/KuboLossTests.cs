using System.Diagnostics;
using Wanda.Destinations;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>
/// Missing is not down, at Kubo itself: what it lost is told at once, of that frame alone, and is whole again when it is sent again.
/// </summary>
public sealed class KuboLossTests
{
    public enum Harm
    {
        Deleted,
        Flipped,
        Emptied,
        Unreadable,
    }

    public static TheoryData<Harm, bool> Harms
    {
        get
        {
            var harms = new TheoryData<Harm, bool>();
            foreach (var harm in Enum.GetValues<Harm>())
            {
                harms.Add(harm, true);
                harms.Add(harm, false);
            }

            return harms;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Harms))]
    public async Task A_frame_of_which_a_block_is_harmed_is_not_held_until_it_was_sent_again(Harm harm, bool ofTheRoot)
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var (node, destination) = await kubo.NodeAsync();
        var (frame, other) = (await node.FrameAsync("a", 21), await node.FrameAsync("b", 22));
        foreach (var sent in new[] { frame, other })
        {
            await destination.PushAsync(sent, default);
            Assert.NotNull(await destination.ProveAsync(sent, default));
        }

        var blocks = await node.Ipfs.ListAsync(frame.Cid).ToListAsync();
        Do(harm, kubo.FileOf(blocks[ofTheRoot ? 0 : ^1].Cid));

        var e = await Assert.ThrowsAsync<NotHeldException>(() => destination.ProveAsync(frame, default));
        Assert.Contains(harm == Harm.Deleted ? "does not have it" : "its disk fails", e.Message, StringComparison.Ordinal);
        Assert.NotNull(await destination.ProveAsync(other, default));

        await destination.PushAsync(frame, default);
        Assert.NotNull(await destination.ProveAsync(frame, default));
        await kubo.Client.Repo.CollectAsync();
        Assert.NotNull(await destination.ProveAsync(frame, default));
    }

    [SkippableFact]
    public async Task Everything_that_an_emptied_repository_had_is_not_held_and_is_sent_again()
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var (node, destination) = await kubo.NodeAsync();
        var frames = new[] { await node.FrameAsync("a", 31), await node.FrameAsync("b", 32), await node.FrameAsync("c", 33) };
        foreach (var frame in frames)
            await destination.PushAsync(frame, default);
        var stored = Path.Combine(kubo.Daemon.Repository, "blocks");
        foreach (var file in Directory.EnumerateFiles(stored, "*.data", SearchOption.AllDirectories))
            File.Delete(file);

        foreach (var frame in frames)
            await Assert.ThrowsAsync<NotHeldException>(() => destination.ProveAsync(frame, default));
        foreach (var frame in frames)
            await destination.PushAsync(frame, default);
        foreach (var frame in frames)
            Assert.NotNull(await destination.ProveAsync(frame, default));
    }

    [SkippableTheory]
    [InlineData(Harm.Deleted)]
    [InlineData(Harm.Flipped)]
    public async Task A_block_that_a_newer_directory_shares_with_the_harmed_one_before_is_healed(Harm harm)
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var (node, destination) = await kubo.NodeAsync();
        var frame = await node.FrameAsync("c", 41);
        var older = await KuboDestinationTests.DirectoryAsync(node, frame, "{}");
        var newer = await KuboDestinationTests.DirectoryAsync(node, frame, """{ "name": "m42" }""");
        await node.TookAsync(kubo.Options, older, await destination.PushAsync(older, default));
        var shared = (await node.Ipfs.ListAsync(older.Cid, older.Elsewhere).ToListAsync()).Select(b => b.Cid)
            .Intersect((await node.Ipfs.ListAsync(newer.Cid, newer.Elsewhere).ToListAsync()).Select(b => b.Cid)).ToList();
        Do(harm, kubo.FileOf(Assert.Single(shared)));

        await destination.PushAsync(newer, default);

        Assert.NotNull(await destination.ProveAsync(newer, default));
    }

    [SkippableTheory]
    [InlineData("STOP")]
    [InlineData("KILL")]
    public async Task One_that_is_stopped_or_killed_lost_nothing(string signal)
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var (node, destination) = await kubo.NodeAsync();
        var frame = await node.FrameAsync("a", 51);
        await destination.PushAsync(frame, default);

        await SignalAsync(kubo.Daemon, signal);
        var brief = kubo.Destination(node, o => o with { Timeout = TimeSpan.FromMilliseconds(500) });
        foreach (var call in new Func<Task>[] { () => brief.ProveAsync(frame, default), () => brief.PushAsync(frame, default) })
            Assert.False((await Assert.ThrowsAsync<DestinationDownException>(call)).NeedsOperator);

        if (signal == "STOP")
        {
            await SignalAsync(kubo.Daemon, "CONT");
            Assert.NotNull(await destination.ProveAsync(frame, default));
        }
    }

    private static void Do(Harm harm, string file)
    {
        switch (harm)
        {
            case Harm.Flipped:
                var bytes = File.ReadAllBytes(file);
                bytes[^1] ^= 1;
                Write(file, bytes);
                break;
            case Harm.Emptied:
                Write(file, []);
                break;
            case Harm.Unreadable:
                File.Delete(file);
                Directory.CreateDirectory(file); // reading it is an error, as of a sector that is gone
                break;
            default:
                File.Delete(file);
                break;
        }
    }

    // Kubo's files are read-only, for root too where it obeys that.
    private static void Write(string file, byte[] bytes)
    {
        File.Delete(file);
        File.WriteAllBytes(file, bytes);
    }

    private static async Task SignalAsync(GoKubo daemon, string signal)
    {
        using var process = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", $"{daemon.ProcessId}"]))!;
        await process.WaitForExitAsync();
    }
}
