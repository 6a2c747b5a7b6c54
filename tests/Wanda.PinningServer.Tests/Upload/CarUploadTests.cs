using System.Net;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Upload;

public sealed class CarUploadTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(3_500_000)]
    public async Task What_was_sent_is_kept_over_a_restart_and_comes_back_the_same(int size)
    {
        var frame = await Frame.MakeAsync(size);

        var answer = await _server.Client.UploadAsync(await frame.CarAsync(), "capture=c1&session=M%2031&number=7&name=m31-007.fits")
            .JsonAsync(HttpStatusCode.Created);

        Assert.Equal(frame.Root.ToString(), (string)answer["cid"]!);
        Assert.Equal(frame.Blocks.Count, (int)answer["blocks"]!);
        Assert.Equal(frame.Blocks.Sum(b => frame[b].Length), (long)answer["bytes"]!);

        await _server.RestartAsync();
        var pin = Assert.Single(await _server.Client.PinsAsync())!;
        Assert.Equal((string)answer["pinId"]!, (string)pin["pinId"]!);
        Assert.Equal(("c1", "M 31", 7, "m31-007.fits"),
            ((string)pin["capture"]!, (string)pin["session"]!, (int)pin["number"]!, (string)pin["name"]!));
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }

    [Fact]
    public async Task The_same_again_gives_the_same_pin()
    {
        var frame = await Frame.MakeAsync(2_000_000);
        byte[] car = await frame.CarAsync();

        var first = await _server.Client.UploadAsync(car, "capture=c1").JsonAsync(HttpStatusCode.Created);
        var again = await _server.Client.UploadAsync(car, "capture=c1").JsonAsync();
        var twin = await _server.Client.UploadAsync(car, "capture=c2").JsonAsync(HttpStatusCode.Created);

        Assert.Equal((string)first["pinId"]!, (string)again["pinId"]!);
        Assert.NotEqual((string)first["pinId"]!, (string)twin["pinId"]!);
        Assert.Equal(2, (await _server.Client.PinsAsync()).Count);
    }

    [Fact]
    public async Task The_same_again_heals_a_damaged_block()
    {
        var frame = await Frame.MakeAsync(2_000_000);
        await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        foreach (string block in _server.Blocks())
            await File.WriteAllBytesAsync(block, []);

        await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync();

        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }

    [Fact]
    public async Task A_block_that_is_not_its_CID_is_refused_and_nothing_is_kept()
    {
        var frame = await Frame.MakeAsync(2_500_000);
        byte[] car = await frame.CarAsync();
        car[^1] ^= 1;

        Assert.Equal("BAD_CAR", await _server.Client.UploadAsync(car).RefusedAsync(HttpStatusCode.BadRequest));

        await AssertNothingIsKept();
    }

    [Fact]
    public async Task A_DAG_with_a_missing_block_is_refused_and_nothing_is_kept()
    {
        var frame = await Frame.MakeAsync(2_500_000);

        var refusal = await _server.Client.UploadAsync(await frame.CarAsync(frame.Blocks.SkipLast(1))).JsonAsync(HttpStatusCode.BadRequest);

        Assert.Equal("DAG_INCOMPLETE", (string)refusal["error"]!["reason"]!);
        Assert.Contains(frame.Blocks[^1].ToString(), (string)refusal["error"]!["details"]!);
        await AssertNothingIsKept();
    }

    [Fact]
    public async Task A_block_that_is_here_already_need_not_be_sent_again_unless_it_is_damaged()
    {
        var frame = await Frame.MakeAsync(2_500_000);
        var leaf = await Frame.MakeAsync(frame[frame.Blocks[^1]]);
        Assert.Equal(frame.Blocks[^1], leaf.Root);
        await _server.Client.UploadAsync(await leaf.CarAsync()).JsonAsync(HttpStatusCode.Created);
        byte[] partial = await frame.CarAsync(frame.Blocks.SkipLast(1));

        await File.WriteAllBytesAsync(Assert.Single(_server.Blocks()), new byte[frame[leaf.Root].Length]);
        Assert.Equal("DAG_INCOMPLETE", await _server.Client.UploadAsync(partial).RefusedAsync(HttpStatusCode.BadRequest));
        await _server.Client.UploadAsync(await leaf.CarAsync()).JsonAsync();
        await _server.Client.UploadAsync(partial).JsonAsync(HttpStatusCode.Created);

        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }

    [Fact]
    public async Task Cut_off_anywhere_it_is_refused_and_nothing_is_kept()
    {
        var frame = await Frame.MakeAsync(1_200_000);
        byte[] car = await frame.CarAsync();

        foreach (int length in new[] { 0, 1, 30, 59, 100, car.Length / 2, car.Length - 1 })
        {
            var reason = await _server.Client.UploadAsync(car[..length]).RefusedAsync(HttpStatusCode.BadRequest);
            Assert.Contains(reason, new[] { "BAD_CAR", "DAG_INCOMPLETE" });
        }

        await AssertNothingIsKept();
    }

    [Fact]
    public async Task One_root_and_the_announced_one_is_asked_for()
    {
        var frame = await Frame.MakeAsync(1000);
        var other = await Frame.MakeAsync(1000, seed: 2);
        var none = new MemoryStream();
        await CarWriter.WriteAsync(none, [], frame.BlocksAsync(frame.Root));

        Assert.Equal("BAD_CAR", await _server.Client.UploadAsync(none.ToArray()).RefusedAsync(HttpStatusCode.BadRequest));
        Assert.Equal("BAD_CAR",
            await _server.Client.UploadAsync(await frame.CarAsync(), $"cid={other.Root}").RefusedAsync(HttpStatusCode.BadRequest));
        await AssertNothingIsKept();
        await _server.Client.UploadAsync(await frame.CarAsync(), $"cid={frame.Root}").JsonAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("number=-1")]
    [InlineData("number=x")]
    [InlineData("scope=both")]
    [InlineData("cid=bafy")]
    [InlineData("session=a%00b")]
    public async Task A_parameter_out_of_bounds_is_named(string query)
    {
        var refusal = await _server.Client.UploadAsync([], query).JsonAsync(HttpStatusCode.BadRequest);

        Assert.Contains($"\"{query[..query.IndexOf('=')]}\"", (string)refusal["error"]!["details"]!);
    }

    [Fact]
    public async Task Names_are_given_back_as_they_are_on_disk()
    {
        const string Name = "M 31 \u2605 \"a\"\n&b=c#d%41.fits";
        byte[] car = await (await Frame.MakeAsync(10)).CarAsync();

        await _server.Client.UploadAsync(car, $"scope=dag&name={Uri.EscapeDataString(Name)}").JsonAsync(HttpStatusCode.Created);

        Assert.Equal(Name, (string)Assert.Single(await _server.Client.PinsAsync())!["name"]!);
    }

    [Fact]
    public async Task Equal_frames_survive_the_removal_of_one()
    {
        var frame = await Frame.MakeAsync(1_500_000);
        var first = await _server.Client.UploadAsync(await frame.CarAsync(), "capture=c1").JsonAsync(HttpStatusCode.Created);
        await _server.Client.UploadAsync(await frame.CarAsync(), "capture=c2").JsonAsync(HttpStatusCode.Created);

        using var deleted = await _server.Client.DeleteAsync($"/v0/pins/{first["pinId"]}");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await _server.RestartAsync();
        Assert.Equal("c2", (string)Assert.Single(await _server.Client.PinsAsync())!["capture"]!);
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }

    private async Task AssertNothingIsKept()
    {
        Assert.Empty(await _server.Client.PinsAsync());
        Assert.Empty(_server.Staged());
        Assert.Empty(_server.Blocks());
    }
}
