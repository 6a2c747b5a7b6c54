using System.Text;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>
/// A destination of kind <c>kubo</c> at Kubo itself: frames are kept by pins of ours alone, and proven by every block read back from it.
/// </summary>
public sealed class KuboDestinationTests
{
    [SkippableFact]
    public async Task A_frame_is_stored_pinned_by_its_name_and_proven_and_a_second_time_does_no_harm()
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var (node, destination) = await kubo.NodeAsync();
        var frame = await node.FrameAsync("a", 11);

        var pin = await destination.PushAsync(frame, default);
        Assert.Equal(pin, await destination.PushAsync(frame, default));
        var proof = (await destination.ProveAsync(frame, default))!;

        Assert.Equal((ProofMethod.ReadBack, Flushes.Yes, true), (proof.Method, proof.Flushes, proof.OnThisMachine));
        Assert.InRange(proof.Bytes, 700_000, 701_000);
        var own = (await kubo.Client.Pins.FindAsync(Own(pin)))!.Value;
        Assert.Equal((PinMode.Recursive, "m42/a"), (own.Mode, own.Name));
        Assert.Null(await kubo.Client.Pins.FindAsync(frame.Cid)); // whoever pins that: it is his
    }

    [SkippableFact]
    public async Task A_directory_is_kept_without_its_frames_and_a_newer_one_takes_its_place()
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var (node, destination) = await kubo.NodeAsync();
        var frame = await node.FrameAsync("c", 13); // never sent there
        var older = await DirectoryAsync(node, frame, "{}");
        var newer = await DirectoryAsync(node, frame, """{ "name": "m42" }""");

        var first = (await destination.PushAsync(older, default))!;
        var second = (await destination.PushAsync(newer, default))!;
        await destination.UnpinAsync(first, default);
        await kubo.Client.Repo.CollectAsync();

        Assert.NotNull(await destination.ProveAsync(newer, default));
        await Assert.ThrowsAsync<NotHeldException>(() => destination.ProveAsync(older, default));
        Assert.Null(await kubo.Client.Pins.FindAsync(Own(first)));
        Assert.NotNull(await kubo.Client.Pins.FindAsync(Own(second)));
    }

    [SkippableFact]
    public async Task What_one_of_two_nodes_discards_stays_for_the_other()
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var ((dome, first), (roof, second)) = (await kubo.NodeAsync(), await kubo.NodeAsync());
        var (ours, theirs) = (await dome.FrameAsync("a", 5), await roof.FrameAsync("b", 5));
        Assert.Equal(ours.Cid, theirs.Cid);
        var discarded = (await first.PushAsync(ours, default))!;
        var kept = (await second.PushAsync(theirs, default))!;
        Assert.NotEqual(discarded, kept);

        await first.UnpinAsync(discarded, default);
        await kubo.Client.Repo.CollectAsync();
        Assert.NotNull(await second.ProveAsync(theirs, default));

        await second.UnpinAsync(kept, default);
        await kubo.Client.Repo.CollectAsync();
        await Assert.ThrowsAsync<NotHeldException>(() => second.ProveAsync(theirs, default));
        Assert.Contains("ipfs repo gc", second.Unpinned(kept), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_strangers_pin_on_the_frame_is_neither_ours_nor_do_we_need_it(bool theirsFirst)
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var (node, destination) = await kubo.NodeAsync();
        var frame = await node.FrameAsync("a", 6);
        var pin = theirsFirst ? null : await destination.PushAsync(frame, default);
        if (theirsFirst)
        {
            var blocks = await node.Ipfs.ListAsync(frame.Cid).ToListAsync();
            await kubo.Client.Dag.ImportAsync(CarWriter.LengthOf([frame.Cid], blocks),
                (stream, stop) => CarWriter.WriteAsync(stream, [frame.Cid], node.Ipfs.BlocksAsync(frame.Cid, stop), stop), pinRoots: true);
        }

        await kubo.Client.Pins.AddAsync(frame.Cid, PinMode.Recursive, "his");
        pin ??= await destination.PushAsync(frame, default);
        Assert.Equal("his", (await kubo.Client.Pins.FindAsync(frame.Cid))!.Value.Name);

        await destination.UnpinAsync(pin!, default);
        Assert.NotNull(await kubo.Client.Pins.FindAsync(frame.Cid));
        await destination.PushAsync(frame, default);
        await kubo.Client.Pins.RemoveAsync(frame.Cid);
        await kubo.Client.Repo.CollectAsync();
        Assert.NotNull(await destination.ProveAsync(frame, default));
    }

    [SkippableFact]
    public async Task What_an_earlier_version_sent_is_proven_and_its_pins_go_only_where_nobody_else_is()
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var (node, destination) = await kubo.NodeAsync();
        var frame = await node.FrameAsync("a", 7);
        var blocks = await node.Ipfs.ListAsync(frame.Cid).ToListAsync();
        await kubo.Client.Dag.ImportAsync(CarWriter.LengthOf([frame.Cid], blocks),
            (stream, stop) => CarWriter.WriteAsync(stream, [frame.Cid], node.Ipfs.BlocksAsync(frame.Cid, stop), stop), pinRoots: true);
        Assert.NotNull(await destination.ProveAsync(frame, default));

        await destination.UnpinAsync(frame.Cid.ToString(), default);
        Assert.NotNull(await kubo.Client.Pins.FindAsync(frame.Cid));
        Assert.Contains("\"shared\"", destination.Unpinned(frame.Cid.ToString()), StringComparison.Ordinal);

        var alone = kubo.Destination(node, o => o with { Shared = false });
        await alone.PushAsync(frame, default);
        await alone.UnpinAsync(frame.Cid.ToString(), default);
        Assert.Null(await kubo.Client.Pins.FindAsync(frame.Cid));
        await kubo.Client.Repo.CollectAsync();
        Assert.NotNull(await alone.ProveAsync(frame, default));
    }

    internal static Cid Own(string? remoteId) => Cid.Parse(remoteId!["own:".Length..]);

    internal static async Task<OffloadItem> DirectoryAsync(SendingNode node, OffloadItem frame, string metadata)
    {
        var directory = await node.Ipfs.AddDirectoryAsync(
            [new DagPbLink("c.fits", frame.Cid, 700_000)],
            new Dictionary<string, ReadOnlyMemory<byte>>
            {
                ["metadata.json"] = Encoding.UTF8.GetBytes(metadata),
                ["notes.txt"] = "clear sky"u8.ToArray(), // the same in each
            }, metadata);
        return new OffloadItem(SubjectKind.Session, "m42", directory.Root, new PinLabels("m42", "m42"))
        {
            Elsewhere = new HashSet<Cid> { frame.Cid },
        };
    }
}
