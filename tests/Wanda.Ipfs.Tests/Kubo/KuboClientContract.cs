using System.Formats.Tar;
using System.Security.Cryptography;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>Every command, against whichever daemon.</summary>
public abstract class KuboClientContract : IAsyncLifetime
{
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(1_300_000);
    private KuboServer _server = null!;
    private KuboClient _client = null!;

    /// <summary>Whether it answers from its own store when it is told to; one that looks in the network in spite of it does not.</summary>
    private protected virtual bool KeepsToItsStore => true;

    private protected abstract Task<KuboServer> StartAsync();

    public async Task InitializeAsync()
    {
        _server = await StartAsync();
        _client = _server.Client;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [SkippableFact]
    public async Task A_file_is_added_with_progress_and_read_in_parts()
    {
        var told = new List<long>();
        var ours = await new UnixFsImporter(UnixFsProfile.CidV1).ImportAsync(new MemoryStream(_content));

        var hashed = await _client.AddAsync("only hashed", new MemoryStream(_content),
            KuboAddOptions.Of(UnixFsProfile.CidV1) with { OnlyHash = true, Pin = false });
        var added = await _client.AddAsync("m 31 \"ä\".fits", new MemoryStream(_content),
            KuboAddOptions.Of(UnixFsProfile.CidV1), new Told(told));

        Assert.Equal(ours.Root, hashed.Cid);
        Assert.Equal(ours.Root, added.Cid);
        Assert.Equal(ours.DagSize, added.DagSize);
        Assert.Equal("m 31 \"ä\".fits", added.Name);
        Assert.Equal(_content.Length, told[^1]);
        Assert.Equal(_content, await AllAsync(await _client.CatAsync(added.Cid.ToString())));
        Assert.Equal(_content[300_000..700_000], await AllAsync(await _client.CatAsync(added.Cid.ToString(), 300_000, 400_000)));
    }

    [SkippableFact]
    public async Task A_file_comes_as_a_tar()
    {
        var added = await _client.AddAsync("a", new MemoryStream(_content));

        await using var tar = new TarReader(new MemoryStream(await AllAsync(await _client.GetAsync(added.Cid.ToString()))));
        var entry = await tar.GetNextEntryAsync();

        Assert.Equal(_content, await AllAsync(entry!.DataStream!));
    }

    [SkippableFact]
    public async Task A_block_that_a_daemon_does_not_have_is_missing_there_and_no_outage()
    {
        var nobodys = Block.Create(Codec.Raw, RandomNumberGenerator.GetBytes(100));
        var missing = await Assert.ThrowsAsync<BlockNotFoundException>(() => _client.Blocks.GetAsync(nobodys.Cid));
        // Of one that looks elsewhere nothing is known but that it did not answer.
        Assert.Equal(KeepsToItsStore, missing.InnerException is null);
    }

    [SkippableFact]
    public async Task Blocks_go_in_and_come_out_verified()
    {
        var block = Block.Create(Codec.Raw, _content.AsMemory(0, 1000));

        await _client.Blocks.PutAsync(block);

        Assert.Equal(1000, await _client.Blocks.FindAsync(block.Cid, default));
        Assert.Equal(_content[..1000], await _client.Blocks.GetAsync(block.Cid));
    }

    [SkippableFact]
    public async Task A_CAR_goes_in_is_pinned_and_comes_out()
    {
        var blocks = new MemoryBlocks();
        var file = await new UnixFsImporter(UnixFsProfile.UnixFsV1_2025).ImportAsync(new MemoryStream(_content), blocks);

        var roots = await _client.Dag.ImportAsync(null,
            (stream, cancellationToken) => CarWriter.WriteAsync(stream, [file.Root], blocks.BlocksAsync(file.Root, cancellationToken),
                cancellationToken), pinRoots: true);

        Assert.Equal([new ImportedRoot(file.Root, "")], roots);
        Assert.Equal(PinMode.Recursive, (await _client.Pins.FindAsync(file.Root))!.Value.Mode);
        using var car = await CarReader.OpenAsync(await _client.Dag.ExportAsync(file.Root));
        Assert.Equal([file.Root], car.Roots);
        Assert.Equal(blocks.Blocks.Count, await car.ReadBlocksAsync().CountAsync());
    }

    [SkippableFact]
    public async Task Pins_are_added_found_listed_and_removed()
    {
        var one = Block.Create(Codec.Raw, _content.AsMemory(0, 500));
        var two = Block.Create(Codec.Raw, _content.AsMemory(500, 500));
        await _client.Blocks.PutAsync(one);
        await _client.Blocks.PutAsync(two);

        await _client.Pins.AddAsync(one.Cid, PinMode.Direct, "capture-1");
        await _client.Pins.AddAsync(two.Cid);

        Assert.Equal(PinMode.Direct, (await _client.Pins.FindAsync(one.Cid))!.Value.Mode);
        var direct = await _client.Pins.ListAsync(PinMode.Direct).ToListAsync();
        Assert.Contains(direct, p => p.Cid == one.Cid && p.Name is null or "capture-1"); // Older daemons know no names.
        Assert.DoesNotContain(direct, p => p.Cid == two.Cid);
        Assert.Contains(await _client.Pins.ListAsync().ToListAsync(), p => p.Cid == two.Cid && p.Mode == PinMode.Recursive);
        Assert.True(await _client.Pins.RemoveAsync(one.Cid));
        Assert.False(await _client.Pins.RemoveAsync(one.Cid));
        Assert.Null(await _client.Pins.FindAsync(one.Cid));
        Assert.True(await _client.Pins.RemoveAsync(two.Cid));
    }

    [SkippableFact]
    public async Task Keys_are_made_and_a_name_leads_where_it_was_told()
    {
        string name = $"key-{Guid.NewGuid():n}";
        var block = Block.Create(Codec.Raw, _content.AsMemory(0, 100));
        await _client.Blocks.PutAsync(block);

        var key = await _client.Keys.GenerateAsync(name);
        string published = await _client.Names.PublishAsync(block.Cid, name, TimeSpan.FromHours(1));

        Assert.Contains(key, await _client.Keys.ListAsync());
        Assert.Contains(await _client.Keys.ListAsync(), k => k.Name == "self");
        Assert.Equal($"/ipfs/{block.Cid}", await _client.Names.ResolveAsync(published));
        var e = await Assert.ThrowsAsync<KuboException>(() => _client.Keys.GenerateAsync(name));
        Assert.Equal("key/gen", e.Command);
    }

    [SkippableFact]
    public async Task The_daemon_tells_of_itself()
    {
        Assert.NotEmpty(await _client.VersionAsync());
        Assert.NotEmpty((await _client.IdentityAsync()).Id);
        Assert.True((await _client.ConfigurationAsync()).TryGetProperty("Datastore", out _));
        Assert.NotEmpty((await _client.Repo.StatAsync()).Path);
        Assert.Empty(await _client.Swarm.PeersAsync());
        await Assert.ThrowsAsync<KuboException>(
            () => _client.Swarm.ConnectAsync("/ip4/127.0.0.1/tcp/9/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"));
    }

    [SkippableFact]
    public async Task Garbage_goes_and_what_is_pinned_stays()
    {
        var kept = Block.Create(Codec.Raw, _content.AsMemory(0, 700));
        var garbage = Block.Create(Codec.Raw, _content.AsMemory(700, 700));
        await _client.Blocks.PutAsync(kept);
        await _client.Blocks.PutAsync(garbage);
        await _client.Pins.AddAsync(kept.Cid, PinMode.Direct);

        Assert.True(await _client.Repo.CollectAsync() >= 1);

        Assert.Equal(700, await _client.Blocks.FindAsync(kept.Cid, default));
        Assert.True(await _client.Pins.RemoveAsync(kept.Cid));
    }

    private static async Task<byte[]> AllAsync(Stream stream)
    {
        await using (stream)
        {
            var all = new MemoryStream();
            await stream.CopyToAsync(all);
            return all.ToArray();
        }
    }

    private sealed class Told(List<long> told) : IProgress<long>
    {
        public void Report(long value) => told.Add(value);
    }
}
