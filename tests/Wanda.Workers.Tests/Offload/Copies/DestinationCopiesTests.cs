using Microsoft.Extensions.DependencyInjection;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload.Copies;

/// <summary>
/// What a node has sent to a destination of any kind is read back by another process, which has nothing but configuration and catalogue.
/// </summary>
public sealed class DestinationCopiesTests
{
    private static readonly byte[] Bytes = TestFrames.Noise(1_500_000);

    [Theory]
    [MemberData(nameof(Holder.Kinds), MemberType = typeof(Holder))]
    public async Task A_released_frame_comes_back(string kind)
    {
        await using var holder = await Holder.StartAsync(kind);
        await using var node = await ReleasedAsync(holder.Options, holder.IsPrepared);
        var frame = (await node.Catalogue.Captures.NewestAsync(1, default)).Single();
        await node.Queues.PauseAsync(QueueNames.Offload(TestNode.Destination), "an operator may read from what is paused");
        await using var services = Process(node);
        // Twice: a copy that is closed leaves the destination as it was.
        for (var i = 0; i < 2; i++)
        {
            await using var copy = await services.GetRequiredService<ICopySource>().OpenAsync(Cid.Parse(frame.Cid!));
            await using var content = await UnixFsReader.OpenAsync(copy, Cid.Parse(frame.Cid!));
            var back = new MemoryStream();
            await content.CopyToAsync(back);
            Assert.Equal(Bytes, back.ToArray());
        }
    }

    [Fact]
    public async Task One_that_falls_silent_is_given_up_after_its_timeout_and_pauses_nothing()
    {
        await using var server = await RealServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Address);
        await using var node = await ReleasedAsync(
            Served(proxy, server) with { Timeout = TimeSpan.FromMinutes(2) });
        var frame = (await node.Catalogue.Captures.NewestAsync(1, default)).Single();
        await using var services = Process(node);
        await using var copy = await services.GetRequiredService<ICopySource>().OpenAsync(Cid.Parse(frame.Cid!));
        proxy.Hang();
        var asked = proxy.Requests.Count;
        var reading = copy.ReadAsync(Cid.Parse(frame.Cid!), new byte[Block.MaxBytes], default).AsTask();
        await Eventually.HoldsAsync(() => proxy.Requests.Count > asked, "the question");
        node.Time.Advance(TimeSpan.FromMinutes(2));
        var silent = await Assert.ThrowsAsync<IOException>(() => reading);
        Assert.Contains("made no progress for 120 s", silent.Message);
        Assert.Null(await node.PauseAsync());
    }

    [Theory]
    [InlineData(8, true)] // three minutes for a block of 1 MiB: more than the timeout, and never silent for as long
    [InlineData(1 << 20, false)] // a byte every twenty seconds
    public async Task A_slow_line_is_read_to_its_end_and_one_that_drips_is_not(int pieces, bool comes)
    {
        await using var server = await RealServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Address);
        await using var node = await ReleasedAsync(Served(proxy, server));
        var root = Cid.Parse((await node.Catalogue.Captures.NewestAsync(1, default)).Single().Cid!);
        proxy.Fault = async context =>
        {
            var block = await server.GetAsync($"{context.Request.Path.Value!.Split('/')[^1]}?format=raw");
            foreach (var piece in block.Length < 1 << 20 ? [block] : block.Chunk(block.Length / pieces))
            {
                if (block.Length >= 1 << 20)
                {
                    await Task.Delay(50, context.RequestAborted); // what was sent before is read by now
                    node.Time.Advance(TimeSpan.FromSeconds(20));
                }

                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            return true;
        };
        await using var services = Process(node);
        await using var copy = await services.GetRequiredService<ICopySource>().OpenAsync(root);
        await using var content = await UnixFsReader.OpenAsync(copy, root);
        var back = new MemoryStream();
        if (comes)
        {
            await content.CopyToAsync(back);
            Assert.Equal(Bytes, back.ToArray());
        }
        else
        {
            Assert.Contains("a second are waited for", (await Assert.ThrowsAsync<IOException>(() => content.CopyToAsync(back))).Message);
        }
    }

    [Fact]
    public async Task One_that_does_not_have_it_or_is_not_there_says_so()
    {
        var disk = Directory.CreateTempSubdirectory("wanda-disk-");
        await using var node = TestNode.Create(new Uri("http://127.0.0.1:9"), "t", o => o with
        {
            Destinations = [new() { Name = TestNode.Destination, Kind = "folder", Path = disk.FullName, FailureDomain = "disk" }],
        });
        await node.StartAsync();
        await using var services = Process(node);
        var (source, cid) = (services.GetRequiredService<ICopySource>(), Cid.V1(Codec.Raw, Multihash.Sha256([1])));
        Assert.IsNotType<BlockNotFoundException>(await Assert.ThrowsAnyAsync<IOException>(() => source.OpenAsync(cid)));
        await DestinationSetup.PrepareAsync(node.Options, TestNode.Destination, null, node.Time, default);
        await Assert.ThrowsAsync<BlockNotFoundException>(() => source.OpenAsync(cid));
        disk.Delete(recursive: true);
    }

    private static DestinationOptions Served(FaultProxy proxy, RealServer server) =>
        new() { Name = TestNode.Destination, Url = proxy.Address.ToString(), Token = server.Token, FailureDomain = "elsewhere" };

    private static async Task<TestNode> ReleasedAsync(DestinationOptions destination, bool prepare = false)
    {
        var node = TestNode.Create(new Uri("http://127.0.0.1:9"), "t", o => o with { Destinations = [destination] });
        if (prepare)
            await DestinationSetup.PrepareAsync(node.Options, TestNode.Destination, null, node.Time, default);
        await node.StartAsync();
        await node.UntilReleasedAsync(await node.SaveAsync("a.fits", Bytes));
        return node;
    }

    private static ServiceProvider Process(TestNode node) =>
        new ServiceCollection().AddSingleton(node.Catalogue).AddDestinationCopies(node.Options, node.Time).BuildServiceProvider();
}
