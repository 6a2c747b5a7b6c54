using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Retrieval;

/// <summary>What was fetched is kept within its bound, the last used longest, and never beyond a discard.</summary>
public sealed class FetchedStoreTests : RetrievalTest
{
    private const int Size = 1_000_000;

    private protected override WandaOptions Configure(WandaOptions options) =>
        options with { Retrieval = options.Retrieval with { Cache = new ByteSize(5 * Size / 2) } };

    [Fact]
    public async Task The_second_time_a_frame_comes_from_here()
    {
        var frame = await GoneAsync("a.fits", 2_100_000);
        Assert.Equal(["altermundi"], (await GetAsync("m42/1")).From);
        await Server.StopAsync();
        var again = await GetAsync("m42/1");
        Assert.Equal((0L, "this node's cache", frame.Sha256), (again.FetchedBytes, Assert.Single(again.From), Hash(again.File!)));
    }

    [Fact]
    public async Task The_least_recently_used_goes_and_the_bound_holds()
    {
        for (var i = 0; i < 4; i++)
            await GoneAsync($"{i}.fits", Size + i);
        await GetAsync("m42/1");
        await GetAsync("m42/2");
        await GetAsync("m42/1"); // used again: 2 goes before it
        await GetAsync("m42/3");
        Assert.InRange(KeptBytes(), Size, 5 * Size / 2);
        await Server.StopAsync();
        Assert.Equal(["this node's cache"], (await GetAsync("m42/1")).From);
        Assert.Equal(["this node's cache"], (await GetAsync("m42/3")).From);
        await Assert.ThrowsAsync<RetrievalException>(() => GetAsync("m42/2"));
    }

    [Fact]
    public async Task A_frame_that_is_larger_than_the_bound_is_not_kept_nor_one_for_which_there_is_no_room()
    {
        await GoneAsync("large.fits", 3 * Size);
        await GoneAsync("a.fits", Size);
        await GetAsync("m42/1");
        Assert.Equal(0, KeptBytes());
        await Node.RestartAsync(o => o with { Release = o.Release with { LowWater = ByteSize.Parse("1000TB") } });
        Assert.Equal(["altermundi"], (await GetAsync("m42/2")).From);
        Assert.Equal(0, KeptBytes());
    }

    [Fact]
    public async Task When_nothing_is_to_be_kept_any_more_what_was_kept_goes()
    {
        await GoneAsync("a.fits", Size);
        await GetAsync("m42/1");
        await Node.RestartAsync(o => o with { Retrieval = o.Retrieval with { Cache = new ByteSize(0) } });
        await GetAsync("m42/1");
        Assert.Equal(0, KeptBytes());
    }

    [Fact]
    public async Task A_session_is_read_from_it_and_not_kept_in_it()
    {
        await GoneAsync("a.fits", Size);
        await GoneAsync("b.fits", Size + 1);
        await GetAsync("m42/1");
        var report = await Node.Get<SessionFetch>().RunAsync("m42", Folder, null, default);
        Assert.Equal((1, 1, Size + 1L), (report.FromHere, report.FromDestinations, report.FetchedBytes));
        Assert.InRange(KeptBytes(), Size, Size + 1000);
    }

    [Fact]
    public async Task What_rotted_in_it_is_noticed_and_comes_from_far_again()
    {
        var frame = await GoneAsync("a.fits", 2_100_000);
        await GetAsync("m42/1");
        var block = Directory.GetFiles(Node.Data.Fetched, "*.block", SearchOption.AllDirectories).OrderBy(f => new FileInfo(f).Length)
            .Last();
        await File.WriteAllBytesAsync(block, new byte[new FileInfo(block).Length]);
        for (var i = 0; i < 2; i++) // the second time it is kept anew
            Assert.Equal(frame.Sha256, Hash((await GetAsync("m42/1")).File!));
        await Server.StopAsync();
        Assert.Equal(["this node's cache"], (await GetAsync("m42/1")).From);
    }

    [Fact]
    public async Task A_discard_takes_it_from_there_too()
    {
        await GoneAsync("a.fits", Size);
        await GetAsync("m42/1");
        Assert.NotEqual(0, KeptBytes());
        await Node.Get<DiscardCommand>().RunAsync("m42/1", "ana", "a lamp", default);
        Assert.Equal(0, KeptBytes());
    }

    [Fact]
    public async Task What_comes_while_a_frame_is_discarded_is_not_kept()
    {
        var frame = await GoneAsync("a.fits", Size);
        await using (var open = await Node.Get<FrameRetrieval>().OpenAsync(WantedFrame.Of(frame), keep: true, default))
        {
            await open.CopyToAsync(Stream.Null);
            await Node.Get<DiscardCommand>().RunAsync("m42/1", "ana", "a lamp", default);
        }

        Assert.Equal(0, KeptBytes());
    }

    [Fact]
    public async Task A_copy_in_it_is_no_copy_on_any_screen()
    {
        var frame = await GoneAsync("a.fits", Size);
        await GetAsync("m42/1");
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Revoked("altermundi", frame.Id.ToString(), "it vanished"), default);
        var detail = await Node.Get<CaptureDetailQuery>().FindAsync("m42/1", default);
        Assert.Equal(CustodyState.Lost, detail.Frame.State);
        Assert.Empty(detail.Proofs);
    }

    private long KeptBytes() => Directory.Exists(Path.Combine(Node.Data.Fetched, "blocks"))
        ? Directory.GetFiles(Path.Combine(Node.Data.Fetched, "blocks"), "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length)
        : 0;
}
