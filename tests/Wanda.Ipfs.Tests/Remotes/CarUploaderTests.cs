using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Remotes;

public sealed class CarUploaderTests
{
    [Fact]
    public async Task A_DAG_arrives_whole_at_the_very_address()
    {
        var (ours, theirs) = (new MemoryBlocks(), new MemoryBlocks());
        var root = (await new UnixFsImporter(UnixFsProfile.CidV1).ImportAsync(
            new MemoryStream(TemporaryFolder.RandomBytes(5, 600_000)), ours)).Root;
        await using var server = await StandIn.StartAsync(async c =>
        {
            Assert.Equal("application/vnd.ipld.car", c.Request.ContentType);
            using var car = await CarReader.OpenAsync(c.Request.Body);
            await foreach (var block in car.ReadBlocksAsync())
                theirs.Put(block);
            c.Response.StatusCode = StatusCodes.Status201Created;
        });
        using var uploader = new CarUploader(server.Endpoint with { Name = "service" }, TimeProvider.System);

        await uploader.UploadAsync(root, await ours.ListAsync(root).ToListAsync(), ours, "?name=a");

        Assert.Equal(await ours.ReadFileAsync(root), await theirs.ReadFileAsync(root));
        Assert.Equal(["POST /?name=a"], server.Requests);
    }

    [Fact]
    public async Task A_key_in_a_header_of_its_own_is_sent_and_never_told()
    {
        string? shown = null;
        await using var server = await StandIn.StartAsync(c =>
        {
            shown = c.Request.Headers["x-key"];
            c.Response.StatusCode = StatusCodes.Status403Forbidden;
            return c.Response.WriteAsync($"no such key: {shown}");
        });
        var endpoint = server.Endpoint with { KeyHeader = new("x-key", "hunter2") };
        using var gateway = new TrustlessGateway(endpoint, TimeProvider.System);

        var e = await Assert.ThrowsAsync<RemoteException>(
            () => gateway.FindAsync(Block.Create(Codec.Raw, "one"u8.ToArray()).Cid, CancellationToken.None).AsTask());

        Assert.Equal("hunter2", shown);
        Assert.DoesNotContain("hunter2", e.ToString() + endpoint);
    }
}
