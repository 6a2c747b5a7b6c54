using Wanda.Custody;
using Wanda.Destinations.Tests.Support;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Destinations.Tests.Proof;

/// <summary>However an upload goes, each block counts once and in its order, and what it did not show is read here (law 2).</summary>
public sealed class ItemReadingTests : IAsyncLifetime
{
    private const int Questions = 3;
    private readonly MemoryBlocks _own = new();
    private OffloadItem _item = null!;
    private List<BlockInfo> _blocks = null!;

    public async Task InitializeAsync()
    {
        var root = (await new UnixFsImporter(UnixFsProfile.UnixFsV1_2025)
            .ImportAsync(new MemoryStream(TestFrames.Noise(9_500_000)), _own, default)).Root;
        _item = new OffloadItem(SubjectKind.Capture, "a", root, new PinLabels("m42", "a.fits", "a", 1));
        _blocks = await _own.ListAsync(root).ToListAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_upload_that_goes_through_is_the_only_read()
    {
        using var reading = new ItemReading(_own, _item, Questions);
        await reading.BlocksAsync(default);
        await ShowAsync(reading, 0, _blocks.Count);
        var before = _own.Reads;
        await RightAsync(reading);
        Assert.Equal(before, _own.Reads);
    }

    [Theory]
    [InlineData(0)] // it was there already
    [InlineData(1)]
    [InlineData(6)]
    public async Task What_the_other_side_had_from_an_earlier_try_is_read_once(int had)
    {
        using var reading = new ItemReading(_own, _item, Questions);
        await reading.BlocksAsync(default);
        var before = _own.Reads;
        if (had > 0)
            await ShowAsync(reading, had, _blocks.Count);
        var shown = had > 0 ? _blocks.Count - had : 0;
        await RightAsync(reading);
        Assert.Equal(_blocks.Count - shown, _own.Reads - before - shown);
    }

    [Fact]
    public async Task One_that_was_cut_and_begins_again_further_back_counts_nothing_twice()
    {
        using var reading = new ItemReading(_own, _item, Questions);
        await reading.BlocksAsync(default);
        await ShowAsync(reading, 0, 7);
        await ShowAsync(reading, 3, 5);
        await ShowAsync(reading, 0, _blocks.Count);
        await RightAsync(reading);
    }

    [Fact]
    public async Task A_request_that_is_still_being_written_when_the_next_begins_mixes_nothing_up()
    {
        using var reading = new ItemReading(_own, _item, Questions);
        await reading.BlocksAsync(default);
        await Task.WhenAll(ShowAsync(reading, 0, 8), ShowAsync(reading, 2, _blocks.Count), ShowAsync(reading, 5, 6));
        await RightAsync(reading);
    }

    [Fact]
    public async Task Nothing_comes_of_bytes_that_are_not_ours_any_more()
    {
        using var reading = new ItemReading(_own, _item, Questions);
        await reading.BlocksAsync(default);
        await ShowAsync(reading, 0, 4);
        _own.Blocks.Remove(_blocks[6].Cid);
        await Assert.ThrowsAsync<BlockNotFoundException>(() => reading.CompleteAsync(default));
        Assert.Empty(reading.Questions);
    }

    private async Task ShowAsync(ItemReading reading, int from, int to)
    {
        var buffer = new byte[Block.MaxBytes];
        for (var index = from; index < to; index++)
        {
            var block = await _own.ReadAsync(_blocks[index].Cid, buffer, default);
            await reading.SeeAsync(index, block.Data, default);
            await Task.Yield();
        }
    }

    /// <summary>What came out is what a read of nothing but our own bytes gives, for nonces that are all different.</summary>
    private async Task RightAsync(ItemReading reading)
    {
        var proof = await reading.CompleteAsync(default);
        var reads = _own.Reads;
        Assert.Equal(proof.Nonce, reading.Nonce);
        Assert.Equal(Questions, reading.Questions.Count);
        Assert.Equal(Questions + 1, reading.Questions.Append(proof).Select(q => Convert.ToHexString(q.Nonce)).Distinct().Count());
        var copy = new MemoryBlocks();
        foreach (var (cid, bytes) in _own.Blocks)
            copy.Blocks[cid] = bytes;
        foreach (var question in reading.Questions.Append(proof))
            Assert.Equal(await PossessionDigest.ComputeAsync(copy, question.Nonce, _blocks.Select(b => b.Cid)), question.Digest);
        Assert.Equal(reads, _own.Reads);
    }
}
