using System.Net;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Clients;

/// <summary>The gateway client of Wanda.Ipfs against the real server.</summary>
public sealed class TrustlessGatewayTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private TrustlessGateway _gateway = null!;
    private Frame _frame = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _gateway = new(new RemoteEndpoint(_server.Address) { Authorization = _server.Client.DefaultRequestHeaders.Authorization },
            TimeProvider.System);
        _frame = await Frame.MakeAsync(3_000_000);
        await _server.Client.UploadAsync(await _frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
    }

    public async Task DisposeAsync()
    {
        _gateway.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_file_is_read_block_by_block_with_ranges()
    {
        await using var file = await UnixFsReader.OpenAsync(_gateway, _frame.Root);
        file.Position = 1_500_000;
        byte[] part = new byte[600_000];
        await file.ReadExactlyAsync(part);

        Assert.Equal(_frame.Content.Length, file.Length);
        Assert.Equal(_frame.Content[1_500_000..2_100_000], part);
        foreach (var cid in _frame.Blocks)
            Assert.Equal(_frame[cid].Length, await _gateway.FindAsync(cid, default));
    }

    [Theory]
    [InlineData(DagScope.Block, 1)]
    [InlineData(DagScope.Entity, 4)]
    [InlineData(DagScope.All, 4)]
    public async Task A_DAG_comes_in_one_request(DagScope scope, int blocks)
    {
        var came = await _gateway.ReadDagAsync(_frame.Root, scope).Select(b => b.Cid).ToListAsync();

        Assert.Equal(_frame.Blocks.Take(blocks), came);
    }

    [Fact]
    public async Task A_frame_of_equal_leaves_comes_whole()
    {
        var dark = await Frame.MakeAsync(new byte[5_000_000]);
        await _server.Client.UploadAsync(await dark.CarAsync()).JsonAsync(HttpStatusCode.Created);

        Assert.Equal(dark.Blocks, await _gateway.ReadDagAsync(dark.Root).Select(b => b.Cid).ToListAsync());
    }

    [Fact]
    public async Task What_is_not_there_is_told()
    {
        var other = await Frame.MakeAsync(10, seed: 9);

        Assert.Null(await _gateway.FindAsync(other.Root, default));
        var e = await Assert.ThrowsAsync<BlockNotFoundException>(
            async () => await _gateway.ReadAsync(other.Root, new byte[Block.MaxBytes], default));
        Assert.Equal(RemoteFailure.NotFound, Assert.IsType<RemoteException>(e.InnerException).Failure);
    }

    [Fact]
    public async Task A_copy_that_rotted_on_the_server_is_not_taken()
    {
        string file = _server.Blocks().First(b => new FileInfo(b).Length == _frame[_frame.Blocks[^1]].Length);
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[5] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        await Assert.ThrowsAnyAsync<IOException>(async () => await _gateway.ReadDagAsync(_frame.Root).CountAsync());
        await Assert.ThrowsAsync<BlockNotFoundException>(async () =>
        {
            await using var stream = await UnixFsReader.OpenAsync(_gateway, _frame.Root);
            await stream.CopyToAsync(Stream.Null);
        });
    }
}
