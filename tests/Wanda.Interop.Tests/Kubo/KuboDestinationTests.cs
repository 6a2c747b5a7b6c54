using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Destinations.Kubo;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>A destination of kind <c>kubo</c> at a real daemon: one import, and a proof that is every block read back from it.</summary>
[Collection("Kubo")]
public sealed class KuboDestinationTests(KuboDaemon daemon) : IAsyncLifetime
{
    private readonly SendingNode _node = new(UnixFsProfile.CidV1);
    private KuboDestination _kubo = null!;

    public async Task InitializeAsync()
    {
        await _node.OpenAsync();
        var options = new DestinationOptions
        {
            Name = "kubo",
            Kind = "kubo",
            Url = daemon.Address.ToString(),
            Public = true,
            Timeout = TimeSpan.FromSeconds(2),
        };
        _kubo = new KuboDestination(options, _node.Tools, _node.LineOf(options));
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_frame_is_stored_pinned_and_proven_and_a_second_time_does_no_harm()
    {
        var frame = await _node.FrameAsync("a", 11);

        Assert.Equal(frame.Cid.ToString(), await _kubo.PushAsync(frame, default));
        Assert.Equal(frame.Cid.ToString(), await _kubo.PushAsync(frame, default));
        var proof = (await _kubo.ProveAsync(frame, default))!;

        Assert.Equal((ProofMethod.ReadBack, true), (proof.Method, proof.OnThisMachine));
        Assert.InRange(proof.Bytes, 700_000, 701_000);
        await using var server = daemon.Connect();
        Assert.Equal(PinMode.Recursive, (await server.Client.Pins.FindAsync(frame.Cid))!.Value.Mode);
    }

    [Fact]
    public async Task A_frame_of_which_the_daemon_lost_a_block_is_not_proven_until_it_was_sent_again()
    {
        var frame = await _node.FrameAsync("b", 12);
        await _kubo.UnpinAsync((await _kubo.PushAsync(frame, default))!, default);
        await RemoveAsync((await _node.Ipfs.ListAsync(frame.Cid).ToListAsync())[^1].Cid);

        // It looks for what it lacks without end: told as an outage, where Kubo would say that it is not there.
        var e = await Record.ExceptionAsync(() => _kubo.ProveAsync(frame, default));
        Assert.True(e is NotHeldException or DestinationDownException, e?.ToString() ?? "It was proven.");

        await _kubo.PushAsync(frame, default);
        Assert.NotNull(await _kubo.ProveAsync(frame, default));
    }

    [Fact]
    public async Task A_directory_is_kept_without_its_frames_and_a_newer_one_takes_its_place()
    {
        var frame = await _node.FrameAsync("c", 13); // never sent there
        var older = await DirectoryAsync(frame, "{}");
        var newer = await DirectoryAsync(frame, """{ "name": "m42" }""");

        var first = (await _kubo.PushAsync(older, default))!;
        var second = (await _kubo.PushAsync(newer, default))!;
        await _kubo.UnpinAsync(first, default);

        Assert.NotNull(await _kubo.ProveAsync(newer, default));
        await using var server = daemon.Connect();
        Assert.Null(await server.Client.Pins.FindAsync(older.Cid));
        foreach (var cid in second.Split(' '))
            Assert.Equal(PinMode.Direct, (await server.Client.Pins.FindAsync(Cid.Parse(cid)))!.Value.Mode);
    }

    private async Task RemoveAsync(Cid cid)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(daemon.Address, $"/api/v0/block/rm?arg={cid}"), null);
        answer.EnsureSuccessStatusCode();
        Assert.DoesNotContain("cannot", await answer.Content.ReadAsStringAsync());
    }

    private async Task<OffloadItem> DirectoryAsync(OffloadItem frame, string metadata)
    {
        var directory = await _node.Ipfs.AddDirectoryAsync(
            [new DagPbLink("c.fits", frame.Cid, 700_000)],
            new Dictionary<string, ReadOnlyMemory<byte>> { ["metadata.json"] = System.Text.Encoding.UTF8.GetBytes(metadata) }, metadata);
        return new OffloadItem(SubjectKind.Session, "m42", directory.Root, new PinLabels("m42", "m42"))
        {
            Elsewhere = new HashSet<Cid> { frame.Cid },
        };
    }
}
